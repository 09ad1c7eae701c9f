// pack.mjs DIST OUT: makes of the built dashboard what the program compiles in: OUT/dashboard.cpp, a
// table of its files, and beside it each file as it is, with gzip and with brotli. Compressed here once
// and as well as can be, a file costs the server nothing but its bytes.
import {createHash} from 'node:crypto';
import {mkdir, readFile, readdir, writeFile} from 'node:fs/promises';
import {extname, join, relative, sep} from 'node:path';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';

const [dist, out] = process.argv.slice(2);

const contentTypes = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.ico': 'image/x-icon',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.mp3': 'audio/mpeg',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
    '.webmanifest': 'application/manifest+json',
    '.webp': 'image/webp',
    '.woff2': 'font/woff2',
};
const compressible = /^(text|application|image\/svg)|x-icon$/;

/** What vite puts there has the hash of its content in its name. */
const isImmutable = (path) => path.startsWith('assets/');

async function filesIn(directory) {
    const entries = await readdir(directory, {recursive: true, withFileTypes: true});
    return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort();
}

function compressed(content) {
    return {
        gz: gzipSync(content, {level: 9}),
        br: brotliCompressSync(content, {
            params: {
                [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
                [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
            },
        }),
    };
}

/** A file that does not change stays untouched: nothing is compiled and linked anew for it. */
async function write(path, content) {
    const before = await readFile(path).catch(() => undefined);
    if (!before?.equals(Buffer.from(content))) await writeFile(path, content);
}

/** Writes the forms of a file that are worth having, and returns their names. */
async function embed(number, content, contentType) {
    const forms = compressible.test(contentType) ? compressed(content) : {};
    const names = {};
    for (const [form, bytes] of Object.entries({raw: content, ...forms})) {
        if (form !== 'raw' && bytes.length >= content.length) continue;
        names[form] = `file_${number}_${form}`;
        await write(join(out, 'files', names[form]), bytes);
    }
    return names;
}

const literal = (text) => `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
const view = (name) => (name ? `{${name}, sizeof ${name}}` : '{}');

await mkdir(join(out, 'files'), {recursive: true});

const arrays = [];
const rows = [];
for (const [number, path] of (await filesIn(dist)).entries()) {
    const contentType = contentTypes[extname(path)];
    if (!contentType) throw new Error(`${path}: pack.mjs does not know its content type`);
    const content = await readFile(join(dist, path));
    const names = await embed(number, content, contentType);
    const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22);
    for (const name of Object.values(names)) {
        arrays.push(`constexpr char ${name}[] = {\n#embed "files/${name}"\n};`);
    }
    rows.push(
        `    File{.path = ${literal(path)},\n` +
            `         .content_type = ${literal(contentType)},\n` +
            `         .digest = ${literal(digest)},\n` +
            `         .immutable = ${isImmutable(path)},\n` +
            `         .identity = ${view(names.raw)},\n` +
            `         .gzip = ${view(names.gz)},\n` +
            `         .brotli = ${view(names.br)}},`,
    );
}

const source = `// Made by web/scripts/pack.mjs.

#include "documents/documents.hpp"

namespace phony::documents {
namespace {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
${arrays.join('\n')}
#pragma clang diagnostic pop

constexpr File files[] = {
${rows.join('\n')}
};

}  // namespace

std::span<const File> dashboard()
{
    return files;
}

bool has_dashboard()
{
    return true;
}

}  // namespace phony::documents
`;

await write(join(out, 'dashboard.cpp'), source);
