import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';

import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const read = (name) =>
    JSON.parse(readFileSync(new URL(`../../../src/documents/${name}`, import.meta.url), 'utf8'));

/** The documents as the source has them; the server's are compared with these. */
export const openapi = read('openapi.json');
export const asyncapi = read('asyncapi.json');

// Keywords of OpenAPI that are not JSON Schema's, such as `example`, are not looked at.
const ajv = new Ajv2020({strict: false, allErrors: true});
addFormats(ajv);
ajv.addSchema(openapi, 'openapi.json');
ajv.addSchema(asyncapi, 'asyncapi.json');

function validator(document, pointer) {
    const path = pointer.map((part) =>
        encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    return ajv.getSchema(`${document}#/${path.join('/')}`);
}

function assertValid(validate, value, what) {
    assert.ok(
        validate(value),
        `${what} is not as documented: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`,
    );
}

function follow(object, pointer) {
    while (object.$ref) {
        pointer = object.$ref.split('/').slice(1);
        object = pointer.reduce((parent, part) => parent[part], openapi);
    }
    return [object, pointer];
}

/** The path of the document that a request's target belongs to, such as "/calls/{callSid}". */
export function documentedPath(target) {
    const path = target.split('?')[0];
    return Object.keys(openapi.paths).find((pattern) =>
        new RegExp(`^${pattern.replace(/\{\w+\}/, '[^/]+')}$`).test(path),
    );
}

/**
 * An answer of the server's is one that openapi.json allows: its status is documented for this
 * operation, and so are its content type and its body. What is not documented is refused in the
 * shape of every refusal.
 *
 * @param {string} method
 * @param {string} target
 * @param {{status: number, headers: Record<string, any>, text: string, json: any}} answer
 */
export function assertDocumented(method, target, answer) {
    const what = `${method} ${target.slice(0, 100)}: ${answer.status}`;
    const path = documentedPath(target);
    const operation = path && openapi.paths[path][method.toLowerCase()];
    if (!operation) {
        const error = validator('openapi.json', ['components', 'schemas', 'Error']);
        if (answer.status >= 400) assertValid(error, answer.json, what);
        return;
    }
    const documented = operation.responses[answer.status];
    assert.ok(documented, `${what} is not documented`);
    const [response, pointer] = follow(documented, [
        'paths',
        path,
        method.toLowerCase(),
        'responses',
        String(answer.status),
    ]);
    for (const [name, header] of Object.entries(response.headers ?? {})) {
        const value = answer.headers[name.toLowerCase()];
        assert.ok(value !== undefined, `${what} lacks ${name}`);
        if (header.schema.type === 'integer') assert.match(value, /^\d+$/, what);
    }
    if (!response.content) {
        assert.equal(answer.text, '', what);
        return;
    }
    const type = answer.headers['content-type'].split(';')[0];
    assert.ok(type in response.content, `${what} is ${type}`);
    if (type === 'application/json') {
        assertValid(
            validator('openapi.json', [...pointer, 'content', type, 'schema']),
            answer.json,
            what,
        );
    }
}

/** A message that the server sent on a WebSocket is one that asyncapi.json describes. */
export function assertDocumentedMessage(name, message) {
    const validate = validator('asyncapi.json', ['components', 'schemas', name]);
    assert.ok(validate, `${name} is not documented: ${JSON.stringify(message)}`);
    assertValid(validate, message, name);
}
