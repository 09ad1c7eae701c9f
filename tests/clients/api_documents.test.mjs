// openapi.json and asyncapi.json: valid in the eyes of public validators, and true. Beside what stands
// here, every answer that any test of this folder gets is held against openapi.json (support/phony.mjs).
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import specs from '@asyncapi/specs';
import {Validator} from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

import {asyncapi, openapi} from './support/api_documents.mjs';
import {Phony} from './support/phony.mjs';

describe('openapi.json', {concurrency: true}, () => {
    it('is a valid OpenAPI 3.1 document', async () => {
        const validator = new Validator();
        const {valid, errors} = await validator.validate(structuredClone(openapi));
        assert.ok(valid, JSON.stringify(errors));
        assert.equal(validator.version, '3.1');
    });

    it('is what the server serves', async (t) => {
        const phony = await Phony.start(t);
        assert.deepEqual((await phony.request('/openapi.json')).json, openapi);
        assert.deepEqual((await phony.request('/asyncapi.json')).json, asyncapi);
    });

    it('names every address and method that there is', async (t) => {
        const phony = await Phony.start(t);
        for (const [path, item] of Object.entries(openapi.paths)) {
            const target = path.replace('{callSid}', 'CA-nobody');
            const methods = Object.keys(item).filter((key) => key !== 'parameters');
            const allowed = methods.map((method) => method.toUpperCase());
            if (methods.includes('get')) allowed.push('HEAD');
            const answer = await phony.send('PATCH', target);
            assert.equal(answer.status, 405, path);
            const offered = answer.headers.allow
                .split(', ')
                .filter((method) => method !== 'OPTIONS' || allowed.includes('OPTIONS'));
            assert.deepEqual(offered.sort(), allowed.sort(), path);
        }
    });
});

describe('asyncapi.json', () => {
    it('is a valid AsyncAPI 3.0 document', () => {
        // The schema brings the meta-schema that it is written in.
        const ajv = new Ajv({
            strict: false,
            allErrors: true,
            unicodeRegExp: false,
            meta: false,
            validateSchema: false,
        });
        addFormats(ajv);
        const schema = structuredClone(specs.schemas['3.0.0']);
        const validate = ajv.compile(schema);
        assert.ok(validate(asyncapi), ajv.errorsText(validate.errors));
    });

    it('refers to nothing that is not there', () => {
        const refs = JSON.stringify(asyncapi).matchAll(/"\$ref": ?"#\/([^"]+)"/g);
        for (const [, pointer] of refs) {
            const found = pointer.split('/').reduce((parent, part) => parent?.[part], asyncapi);
            assert.ok(found, pointer);
        }
    });
});
