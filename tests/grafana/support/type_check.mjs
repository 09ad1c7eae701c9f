import {execFile} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** The names that messages call the parts of a dashboard by: frame, panel_7. */
function literals(dashboard) {
    const {panels, ...frame} = dashboard;
    return [
        `import type {Frame, Panels} from '../../../schema.ts';`,
        `export const frame: Frame = ${JSON.stringify(frame)};`,
        ...panels.map(
            (panel) =>
                `export const panel_${panel.id}: Panels[${JSON.stringify(panel.type)}] = ${JSON.stringify(panel)};`,
        ),
    ];
}

/**
 * What the TypeScript compiler has against dashboards, by their names. Each is written out as literals,
 * because only in a literal does the compiler object to a member that the type does not have.
 *
 * @param {Record<string, object>} dashboards
 * @returns {Promise<Record<string, string[]>>}
 */
export async function typeErrors(dashboards) {
    const cache = `${folder}node_modules/.cache`;
    mkdirSync(cache, {recursive: true});
    const project = mkdtempSync(`${cache}/dashboards-`);
    try {
        const parts = {};
        for (const [name, dashboard] of Object.entries(dashboards)) {
            parts[name] = literals(dashboard);
            writeFileSync(`${project}/${name}.ts`, parts[name].join('\n'));
        }
        const files = Object.keys(dashboards).map((name) => `${name}.ts`);
        writeFileSync(
            `${project}/tsconfig.json`,
            JSON.stringify({extends: '../../../tsconfig.json', files}),
        );
        const output = await compile(project);

        const errors = Object.fromEntries(Object.keys(dashboards).map((name) => [name, []]));
        const message = /^.*?([\w-]+)\.ts\((\d+),\d+\): error (.*)$/gm;
        for (const [line, name, number, text] of output.matchAll(message)) {
            if (!(name in errors)) throw new Error(line);
            const [, part] = parts[name][number - 1].match(/const (\w+):/) ?? [];
            errors[name].push(`${part}: ${text}`);
        }
        return errors;
    } finally {
        rmSync(project, {recursive: true});
    }
}

/** The compiler's messages; none when all is well. */
function compile(project) {
    const compiler = `${folder}node_modules/typescript/bin/tsc`;
    return new Promise((resolve, reject) => {
        execFile(
            process.execPath,
            [compiler, '--project', project, '--pretty', 'false'],
            {maxBuffer: 1 << 26},
            (error, stdout, stderr) => {
                if (!error || /: error TS/.test(stdout)) resolve(stdout);
                else reject(new Error(`tsc: ${error.message}\n${stdout}${stderr}`));
            },
        );
    });
}
