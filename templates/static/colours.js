/* Light or dark, as the reader chose: before anything is painted, so that nobody sees a flash of the
   other. The button for it is in theme.js. */
(() => {
  "use strict";
  try {
    const choice = localStorage.getItem("kbgen-theme");
    if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
  } catch { /* storage is blocked: the system decides */ }
})();
