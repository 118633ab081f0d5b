"""What no template, sheet or script may contain, and what the shipped parts are."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[3]
WEBAPP = ROOT / "webapp"
TEMPLATES = sorted((WEBAPP / "templates").rglob("*.html"))
STATIC = WEBAPP / "static"
VENDOR = STATIC / "vendor"
FRONTEND = WEBAPP / "frontend"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted([STATIC / "gradgym.js", *(STATIC / "js").glob("*.js")])

INLINE = {
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\ssrc=)",
    "an on… attribute": r"<[a-z][^>]*\son[a-z]+\s*=",
    "hx-on": r"\bhx-on\b",
    "a javascript: address": r"javascript:",
    "text marked as safe": r"\|\s*safe\b",
    "another site": r"(?:src|href|action)=\"(?:https?:)?//",
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_has(what: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}: {match.group()!r}"
        for file in TEMPLATES
        for match in re.finditer(INLINE[what], file.read_text("utf-8"), re.IGNORECASE)
    ]
    assert not found


def test_every_form_that_posts_carries_the_token(style_guide: Flask) -> None:
    written = style_guide.test_client().get("/").text
    forms = re.findall(r'<form\b[^>]*method="post".*?</form>', written, re.DOTALL)
    assert len(forms) >= 4
    assert not [form for form in forms if '<input type="hidden" name="csrf_token" value="token">' not in form]


def test_a_theme_in_the_cookie_is_light_dark_or_nothing(style_guide: Flask) -> None:
    client = style_guide.test_client()
    for theme, shown in [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')]:
        client.set_cookie("theme", theme)
        assert f'<html lang="en" {shown}>' in client.get("/message").text
    for theme in ("auto", '"><script>'):
        client.set_cookie("theme", theme)
        assert '<html lang="en">' in client.get("/message").text


# Sheets and scripts


def test_every_sheet_is_linked_and_every_link_leads_somewhere(style_guide: Flask) -> None:
    client = style_guide.test_client()
    written = client.get("/").text
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', written)
    named = {name for file in TEMPLATES for name in re.findall(r"filename='css/([\w.]+)'", file.read_text("utf-8"))}
    assert {Path(url).name for url in linked if "/css/" in url} | named == {sheet.name for sheet in SHEETS}
    for url in linked:
        with client.get(url) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize(
    "sheet", [sheet for sheet in SHEETS if sheet.name != "tokens.css"], ids=lambda sheet: sheet.name
)
def test_only_the_tokens_name_colours(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    assert not re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", text)


def test_no_sheet_uses_a_name_that_the_tokens_lack() -> None:
    texts = {sheet.name: sheet.read_text("utf-8") for sheet in SHEETS}
    texts["editor.js"] = (FRONTEND / "editor.js").read_text("utf-8")
    given = {name for text in texts.values() for name in re.findall(r"^\s*(--[\w-]+):", text, re.MULTILINE)}
    used = {(file, name) for file, text in texts.items() for name in re.findall(r"var\((--[\w-]+)", text)}
    assert not {(file, name) for file, name in used if name not in given}


@pytest.mark.parametrize("file", [*SHEETS, *SCRIPTS, *TEMPLATES], ids=lambda file: str(file.relative_to(WEBAPP)))
def test_no_file_is_too_long_to_read(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 320


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_makes_html_from_text_or_runs_text(script: Path) -> None:
    assert not re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|\.style\b", script.read_text("utf-8")
    )


# What is shipped of others


def packages() -> dict[str, str]:
    return json.loads((FRONTEND / "package.json").read_text("utf-8"))["devDependencies"]


def test_every_shipped_part_has_its_licence_and_version() -> None:
    assert {folder.name for folder in VENDOR.iterdir()} == {"htmx", "htmx-ext-sse", "codemirror", "katex"}
    licences = "\n".join((folder / "LICENSE").read_text("utf-8") for folder in VENDOR.iterdir())
    for name, version in packages().items():
        if name != "esbuild":  # it makes, and is not in what is made
            assert f"{name} {version}\n" in licences


def test_versions_are_exact_and_the_lockfile_names_no_addresses() -> None:
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in packages().values())
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    assert lock["packages"][""]["devDependencies"] == packages()
    others = [package for name, package in lock["packages"].items() if name]
    assert all("integrity" in package and "resolved" not in package for package in others)


def test_katex_names_only_fonts_that_are_there() -> None:
    named = set(re.findall(r"url\((fonts/[^)]+)\)", (VENDOR / "katex" / "katex.css").read_text("utf-8")))
    assert named == {f"fonts/{font.name}" for font in (VENDOR / "katex" / "fonts").iterdir()}
    assert len(named) == 20


@pytest.mark.slow
def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("npm is not on this machine")
    shutil.copytree(FRONTEND, tmp_path / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    got = subprocess.run(install, cwd=tmp_path / "frontend", capture_output=True, text=True, timeout=500)
    if got.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"npm could not fetch the packages: {got.stderr.strip().splitlines()[-1:]}")
    assert got.returncode == 0, got.stderr
    built = subprocess.run(
        [npm, "run", "build", "--", str(tmp_path / "vendor")],
        cwd=tmp_path / "frontend", capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    assert contents(tmp_path / "vendor") == contents(VENDOR)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.slow
def test_the_wheel_carries_templates_and_assets_and_not_what_they_are_made_of(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        carried = {name for name in wheel.namelist() if name.startswith("webapp/")}
    wanted = {
        str(file.relative_to(ROOT))
        for part in ("templates", "static")
        for file in (WEBAPP / part).rglob("*")
        if file.is_file()
    }
    assert wanted <= carried
    assert not [name for name in carried if name.startswith("webapp/frontend/")]


# Whole pages


@pytest.mark.parametrize("path", ["/", "/error", "/sign-in", "/message"])
def test_a_page_has_one_main_heading_and_it_is_in_its_title(style_guide: Flask, path: str) -> None:
    written = style_guide.test_client().get(path).text
    headings = re.findall(r"<h1>(.*?)</h1>", written)
    assert len(headings) == 1
    assert f"<title>{headings[0]} · " in written
    assert written.count("<main") == 1
