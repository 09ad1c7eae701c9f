import assert from 'node:assert/strict';

import {XMLParser, XMLValidator} from 'fast-xml-parser';

const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    trimValues: true,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
});

/**
 * A document as a real XML parser reads it: `{Response: [{Say: ['Hello.']}, {Hangup: []}]}`, with
 * `attributes` beside an element's children where it has some.
 *
 * @param {string} xml
 */
export function parseTwiml(xml) {
    assert.equal(XMLValidator.validate(xml), true);
    const [root, ...more] = parser.parse(xml).map(simplify);
    assert.deepEqual(more, []);
    return root;
}

function simplify(node) {
    if ('#text' in node) return node['#text'];
    const {':@': attributes, ...element} = node;
    const [[name, children]] = Object.entries(element);
    const simple = {[name]: children.map(simplify)};
    return attributes === undefined ? simple : {...simple, attributes};
}
