"""Where the settings come from, what they may say, and how a mistake in them is told."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbgen.config import (
    Config,
    EmbedsConfig,
    GraphConfig,
    LinksConfig,
    PublishConfig,
    VerifyConfig,
    WorkersConfig,
    keys,
    load,
)
from kbgen.errors import ConfigError, OutputError, VaultError
from kbgen.globs import compile_globs
from kbgen.nearest import nearest

HERE = Path(__file__).parent


def cases(name: str) -> list[object]:
    parts = re.split(r"(?m)^\.\n", (HERE / name).read_text(encoding="utf-8"))
    triples = zip(parts[::3], parts[1::3], parts[2::3], strict=False)
    return [pytest.param(text, wanted, id=head.strip().split("\n")[-1]) for head, text, wanted in triples]


def read(
    cwd: Path,
    vault: str | None = None,
    *,
    output: str | None = None,
    config_file: str | None = None,
    base_url: str | None = None,
) -> Config:
    return load(
        vault=None if vault is None else Path(vault),
        output=None if output is None else Path(output),
        config_file=None if config_file is None else Path(config_file),
        base_url=base_url,
        cwd=cwd,
    )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a working directory with a folder ``vault``."""
    (tmp_path / "vault").mkdir()
    return tmp_path


@pytest.mark.parametrize(("text", "wanted"), cases("config_errors.md"))
def test_a_mistake_is_told_with_its_place(project: Path, text: str, wanted: str) -> None:
    write(project / "kbgen.toml", text)
    with pytest.raises(ConfigError) as caught:
        read(project)
    message, _, hint = wanted.strip().partition(" => ")
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_without_a_config_everything_has_its_default(project: Path) -> None:
    assert read(project) == Config(
        vault=project / "vault",
        output=project / "site",
        cache=project / ".kbgen",
        folder=project,
        title="vault",
    )


def test_every_key_is_read(project: Path) -> None:
    (project / "notes").mkdir()
    (project / "theme").mkdir()
    write(
        project / "kbgen.toml",
        """
        vault = "notes"
        output = "public/"
        cache = "kept"
        title = "Notes"
        base_url = "https://example.org/notes/"
        language = "pt-BR"
        home = "Start.md"
        ignore = ["Drafts/"]
        templates = "theme"
        line_breaks = "soft"
        strict_links = true
        unsafe_html = true
        file_dates = true
        [publish]
        mode = "explicit"
        exclude = ["Journal"]
        [embeds]
        frames = ["Codepen.IO.", "münchen.example"]
        [links]
        schemes = ["VSCode://", "slack"]
        [verify]
        facts = ["vault"]
        tables = ["facts.toml", "../more.csv"]
        tolerance = { "mars.mass" = "2.5 %", "mars.moons" = "0" }
        baseline = "known.json"
        [workers]
        cluster = "tcp://scheduler:8786"

        [graph]
        backend = "parallel"
        """,
    )
    config = read(project)
    assert config == Config(
        vault=project / "notes",
        output=project / "public",
        cache=project / "kept",
        folder=project,
        title="Notes",
        base_url="https://example.org/notes",
        language="pt-BR",
        home="Start.md",
        ignore=("Drafts/",),
        templates=project / "theme",
        line_breaks="soft",
        strict_links=True,
        unsafe_html=True,
        file_dates=True,
        publish=PublishConfig(mode="explicit", exclude=("Journal",)),
        embeds=EmbedsConfig(frames=("codepen.io", "xn--mnchen-3ya.example")),
        links=LinksConfig(schemes=("slack", "vscode")),
        verify=VerifyConfig(
            facts=("vault",),
            tables=(project / "facts.toml", project.parent / "more.csv"),
            tolerance={"mars.mass": "2.5 %", "mars.moons": "0"},
            baseline=project / "known.json",
        ),
        graph=GraphConfig(backend="parallel"),
        workers=WorkersConfig(cluster="tcp://scheduler:8786"),
    )
    defaults = Config(vault=Path(), output=Path(), cache=Path())
    same = [
        name
        for name in Config.__struct_fields__
        if msgspec.structs.asdict(config)[name] == msgspec.structs.asdict(defaults)[name]
    ]
    assert same == [], "a new key needs a value other than its default above"


def test_the_order_of_search(project: Path) -> None:
    (project / "cwd" / "vault").mkdir(parents=True)
    places = ("vault/kbgen.toml", "kbgen.toml", "cwd/kbgen.toml", "cwd/pyproject.toml")
    for place in places:
        table = "[tool.kbgen]\n" if place.endswith("pyproject.toml") else ""
        write(project / place, f'{table}title = "{place}"\n')
    for place in places:
        config = read(project / "cwd", "../vault")
        assert config.title == place
        assert config.folder == (project / place).parent
        assert config.output == (project / place).parent / "site"
        (project / place).unlink()
    assert read(project / "cwd", "../vault").title == "vault"


def test_only_the_first_config_is_read(project: Path) -> None:
    write(project / "vault/kbgen.toml", 'language = "de"')
    write(project / "kbgen.toml", 'title = "not read"')
    write(project / "pyproject.toml", "not TOML at all, and kbgen in it")
    config = read(project)
    assert (config.language, config.title) == ("de", "vault")


def test_a_config_that_names_the_vault_is_the_one(project: Path) -> None:
    write(project / "notes/kbgen.toml", 'title = "inner"')
    write(project / "kbgen.toml", 'vault = "notes"\ntitle = "outer"')
    assert read(project).vault == project / "notes"
    assert read(project).title == "outer"
    assert read(project, "notes").title == "inner"


def test_a_vault_is_found_by_its_usual_places(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="no vault was named") as caught:
        read(tmp_path)
    assert "vault/" in caught.value.hint
    (tmp_path / ".obsidian").mkdir()
    assert read(tmp_path).vault == tmp_path
    (tmp_path / "vault").mkdir()
    assert read(tmp_path).vault == tmp_path / "vault"


def test_another_config_file(project: Path) -> None:
    (project / "notes").mkdir()
    write(project / "settings/mine.toml", 'vault = "../notes"\noutput = "out"')
    write(project / "kbgen.toml", "nonsense = 1")
    config = read(project, config_file="settings/mine.toml")
    assert config.vault == project / "notes"
    assert config.output == project / "settings" / "out"
    assert config.cache == project / "settings" / ".kbgen"
    with pytest.raises(ConfigError, match=r"none\.toml: there is no such config file"):
        read(project, config_file="none.toml")
    write(project / "pyproject.toml", '[project]\nname = "kbgen"')
    with pytest.raises(ConfigError, match=r"pyproject.toml: there is no table \[tool.kbgen\]"):
        read(project, config_file="pyproject.toml")


def test_the_table_of_a_pyproject(project: Path) -> None:
    write(project / "pyproject.toml", '[project]\nname = "x"\n\n[tool.kbgen.publish]\nmod = "all"\n')
    with pytest.raises(ConfigError, match=r'^pyproject.toml:5: unknown key "publish.mod"$'):
        read(project)
    write(project / "pyproject.toml", "[tool]\nkbgen = 3\n")
    with pytest.raises(ConfigError, match=r"^pyproject.toml:2: tool.kbgen must be a table$"):
        read(project)


def test_the_command_line_wins(project: Path) -> None:
    (project / "other").mkdir()
    (project / "cwd").mkdir()
    write(project / "kbgen.toml", 'vault = "vault"\noutput = "out"\nbase_url = "https://a.example"')
    config = read(project / "cwd", "../other", output="there", base_url="http://b.example/x//")
    assert config.vault == project / "other"
    assert config.output == project / "cwd" / "there"
    assert config.base_url == "http://b.example/x"
    assert read(project, base_url="").base_url == ""
    assert read(project).base_url == "https://a.example"
    with pytest.raises(ConfigError, match=r'^--base-url: must be an absolute .* not "b.example"$'):
        read(project, base_url="b.example")


def test_a_byte_order_mark_and_windows_lines(project: Path) -> None:
    (project / "kbgen.toml").write_bytes(b'\xef\xbb\xbftitle = "a"\r\ntitel = "b"\r\n')
    with pytest.raises(ConfigError, match=r"^kbgen.toml:2: unknown key"):
        read(project)


def test_a_config_that_is_not_text(project: Path) -> None:
    (project / "kbgen.toml").write_bytes(b'title = "a"\nhome = "\xff"\n')
    with pytest.raises(ConfigError, match=r"^kbgen.toml:2: the config file is not UTF-8$"):
        read(project)


def test_a_vault_that_is_none(project: Path) -> None:
    write(project / "notes.md", "x")
    with pytest.raises(VaultError, match=r"^the vault must be a folder, and notes\.md is a file$"):
        read(project, "notes.md")
    with pytest.raises(VaultError, match=r"^there is no vault at valt$") as caught:
        read(project, "valt")
    assert caught.value.hint == 'did you mean "vault"?'
    (project / "loop").symlink_to("loop")
    with pytest.raises(VaultError, match=r"^the vault loop cannot be read: "):
        read(project, "loop")


def test_paths_longer_than_the_system_allows(project: Path) -> None:
    with pytest.raises(VaultError, match="cannot be read: File name too long"):
        read(project, "v" * 300)
    with pytest.raises(OutputError, match="cannot be used: File name too long"):
        read(project, output="o" * 300)


@pytest.mark.parametrize("output", ["vault", ".", "..", "vault/../vault/", "link"])
def test_an_output_over_the_vault_is_refused(project: Path, output: str) -> None:
    (project / "link").symlink_to("vault")
    with pytest.raises(OutputError):
        read(project, output=output)


def test_an_output_that_is_a_file_is_refused(project: Path) -> None:
    write(project / "file", "x")
    for output in ("file", "file/site"):
        with pytest.raises(OutputError, match="is a file"):
            read(project, output=output)


def test_where_no_site_is_written_its_folder_does_not_matter(project: Path) -> None:
    config = load(
        vault=project / "vault",
        output=Path("vault"),
        config_file=None,
        base_url=None,
        cwd=project,
        writes=False,
    )
    assert config.output == config.vault


def test_the_baseline_lies_beside_the_config_unless_it_is_named(project: Path) -> None:
    assert read(project).baseline == project / "verify-baseline.json"
    write(project / "vault/kbgen.toml", '[verify]\nbaseline = ""')
    assert read(project).baseline == project / "vault" / "verify-baseline.json"
    write(project / "vault/kbgen.toml", '[verify]\nbaseline = "../known.json"')
    assert read(project).baseline == project / "known.json"


def test_an_output_inside_the_vault_is_allowed(project: Path) -> None:
    assert read(project, output="vault/site").output == project / "vault" / "site"


def test_every_key_is_explained() -> None:
    text = (HERE.parents[1] / "kbgen" / "config.py").read_text(encoding="utf-8")
    for key in keys():
        assert re.search(rf'\n    {key.split(".")[-1]}: .*\n    """', text), key


def glob_rows() -> list[tuple[str, str, bool]]:
    rows: list[tuple[str, str, bool]] = []
    for line in (HERE / "globs.md").read_text(encoding="utf-8").splitlines()[2:]:
        glob, covered, others = (re.findall("`([^`]*)`", cell) for cell in line.strip("|").split(" | "))
        rows += [(glob[0], path, True) for path in covered] + [(glob[0], path, False) for path in others]
    return rows


@pytest.mark.parametrize(("glob", "path", "covered"), glob_rows())
def test_globs(glob: str, path: str, covered: bool) -> None:  # noqa: FBT001 - a column of a table
    assert (compile_globs([glob]).fullmatch(path) is not None) is covered


NAMES = (
    st.text(min_size=1)
    .map(lambda name: unicodedata.normalize("NFC", name))
    .filter(lambda name: "/" not in name and name not in {".", ".."})
)


@given(NAMES, st.text())
def test_a_name_with_every_character_escaped_covers_itself(name: str, other: str) -> None:
    pattern = compile_globs(["".join("\\" + char for char in name)])
    assert pattern.fullmatch(name)
    assert pattern.fullmatch(f"x/{name}/{other}")
    assert not pattern.fullmatch(name + "x")


def test_no_globs_cover_nothing() -> None:
    assert not compile_globs([]).fullmatch("")
    assert not compile_globs([]).fullmatch("a.md")


def test_several_globs_cover_what_one_of_them_does() -> None:
    both = compile_globs(["a/", "b.md"])
    assert [bool(both.fullmatch(path)) for path in ("a/x", "x/b.md", "x")] == [True, True, False]


@pytest.mark.parametrize(
    ("word", "candidates", "wanted"),
    [
        ("ALEXNET", ["AlexNet", "ZFNet"], "AlexNet"),
        ("Alex Net", ["LeNet", "AlexNet"], "AlexNet"),
        ("ab1", ["ab3", "ab2"], "ab2"),
        ("ab1", ["ab2", "ab3"], "ab2"),
        ("Straße", ["Strasse"], "Strasse"),
        ("x", [], None),
        ("", ["a"], None),
        ("quartz", ["title", "home"], None),
    ],
)
def test_nearest(word: str, candidates: list[str], wanted: str | None) -> None:
    assert nearest(word, candidates) == wanted
