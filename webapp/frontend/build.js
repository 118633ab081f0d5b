// Writes webapp/static/vendor anew from node_modules: `npm ci && npm run build`. The same versions give the same bytes.
// Another folder: npm run build -- FOLDER

import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, "node_modules");
const out = path.resolve(process.argv[2] ?? path.join(here, "..", "static", "vendor"));

async function bundle(entry, folder, name) {
  const { metafile } = await build({
    entryPoints: [path.join(here, entry)],
    outfile: path.join(out, folder, name),
    absWorkingDir: here,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
  });
  const inside = Object.keys(metafile.inputs).map((file) => file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);
  return [...new Set(inside.filter(Boolean))].sort();
}

async function licences(folder, packages) {
  const texts = [];
  for (const name of packages) {
    const { version } = JSON.parse(await readFile(path.join(modules, name, "package.json"), "utf8"));
    const text = await readFile(path.join(modules, name, "LICENSE"), "utf8");
    texts.push(`${name} ${version}\n\n${text.trim()}\n`);
  }
  await writeFile(path.join(out, folder, "LICENSE"), texts.join(`\n${"-".repeat(72)}\n\n`));
}

async function copied(name, file) {
  await mkdir(path.join(out, name.replace(".org", "")), { recursive: true });
  await cp(path.join(modules, name, "dist", file), path.join(out, name.replace(".org", ""), file));
  await licences(name.replace(".org", ""), [name]);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await copied("htmx.org", "htmx.min.js");
await copied("htmx-ext-sse", "sse.min.js");
await licences("codemirror", await bundle("editor.js", "codemirror", "editor.js"));
await licences("katex", await bundle("katex.js", "katex", "katex.js"));

// Of KaTeX's three forms of each font only the one that every browser of today reads.
const fonts = path.join(modules, "katex", "dist", "fonts");
await mkdir(path.join(out, "katex", "fonts"));
for (const font of (await readdir(fonts)).filter((name) => name.endsWith(".woff2"))) {
  await cp(path.join(fonts, font), path.join(out, "katex", "fonts", font));
}
const css = await readFile(path.join(modules, "katex", "dist", "katex.min.css"), "utf8");
await writeFile(path.join(out, "katex", "katex.css"), css.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)/g, ""));
