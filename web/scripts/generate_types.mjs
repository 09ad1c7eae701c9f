// Types of what the server and this page say to each other, out of the server's own documents:
//
//     npm run types             writes src/generated/
//     npm run types -- --check  fails when what is there is not what would be written (part of lint)
//
// api.ts holds the HTTP API (src/documents/openapi.json), events.ts the messages of /events/ws
// (src/documents/asyncapi.json).
import {mkdir, readFile, writeFile} from 'node:fs/promises';

import openapiTS, {astToString} from 'openapi-typescript';

const documents = new URL('../../src/documents/', import.meta.url);
const generated = new URL('../src/generated/', import.meta.url);

async function read(name) {
    return JSON.parse(await readFile(new URL(name, documents), 'utf8'));
}

/** A generated file: where it comes from, the generator's types, and short names of ours for them. */
async function file(name, document, aliases) {
    const types = astToString(await openapiTS(document, {alphabetize: true}));
    return `// Made of src/documents/${name} by \`npm run types\`; not edited by hand.\n\n${types}\n${aliases}`;
}

const alias = (name, schema) => `export type ${name} = components['schemas']['${schema}'];\n`;

async function api() {
    const openapi = await read('openapi.json');
    // JavaScript has an Error of its own.
    const aliases = Object.keys(openapi.components.schemas).map((schema) =>
        alias(schema === 'Error' ? 'ApiError' : schema, schema),
    );
    return file('openapi.json', openapi, aliases.join(''));
}

/** call_started → CallStartedMessage */
function messageType(schema) {
    const words = schema.split('_').map((word) => word[0].toUpperCase() + word.slice(1));
    return `${words.join('')}Message`;
}

/** The schemas of the messages of one operation, such as "sendEvents". */
function messagesOf(asyncapi, operation) {
    return asyncapi.operations[operation].messages.map(({$ref}) => {
        const {payload} = asyncapi.components.messages[$ref.split('/').at(-1)];
        return payload.$ref.split('/').at(-1);
    });
}

/** These schemas and those that they refer to. */
function reachable(schemas, names) {
    const found = {};
    const visit = (name) => {
        if (name in found) return;
        found[name] = schemas[name];
        const references = JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/(\w+)"/g);
        for (const [, reference] of references) visit(reference);
    };
    names.forEach(visit);
    return found;
}

/** One type for all of them; their `type` tells them apart. */
function union(name, comment, schemas) {
    const members = schemas.map((schema) => `    | ${messageType(schema)}`).join('\n');
    return `\n/** ${comment} */\nexport type ${name} =\n${members};\n`;
}

// AsyncAPI's schemas are JSON Schema, as OpenAPI 3.1's are, and are found at the same address: the
// same generator understands both.
async function events() {
    const asyncapi = await read('asyncapi.json');
    const sent = messagesOf(asyncapi, 'sendEvents');
    const received = messagesOf(asyncapi, 'receiveFromViewers');
    const messages = [...sent, ...received];
    const schemas = reachable(asyncapi.components.schemas, messages);
    const shared = Object.keys(schemas).filter((schema) => !messages.includes(schema));
    return file(
        'asyncapi.json',
        {openapi: '3.1.0', info: asyncapi.info, paths: {}, components: {schemas}},
        shared.map((schema) => alias(schema, schema)).join('') +
            messages.map((schema) => alias(messageType(schema), schema)).join('') +
            union('ServerMessage', 'What /events/ws sends.', sent) +
            union('ViewerMessage', 'What a viewer sends on /events/ws.', received),
    );
}

const files = {'api.ts': await api(), 'events.ts': await events()};

if (process.argv.includes('--check')) {
    for (const [name, text] of Object.entries(files)) {
        const there = await readFile(new URL(name, generated), 'utf8').catch(() => '');
        if (there === text) continue;
        console.error(`src/generated/${name} is out of date: npm run types writes it anew`);
        process.exitCode = 1;
    }
} else {
    await mkdir(generated, {recursive: true});
    for (const [name, text] of Object.entries(files)) {
        await writeFile(new URL(name, generated), text);
    }
}
