/* Leads on from an old address: faster than the refresh of the page, and the section asked for is not lost. */
(() => {
  "use strict";
  const link = document.querySelector("a");
  location.replace(link.href.split("#")[0] + (location.hash || link.hash));
})();
