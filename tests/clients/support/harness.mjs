import {FakeOpenAi} from './fake_openai.mjs';
import {Phony} from './phony.mjs';

/**
 * The program with a model whose answers the test chooses; both end with the test.
 *
 * @param {import('node:test').TestContext} t
 * @param {Parameters<typeof FakeOpenAi.start>[1]} choose
 * @param {Record<string, string>} settings
 * @param {string[]} options of the command line
 */
export async function startWithModel(t, choose, settings = {}, options = []) {
    const model = await FakeOpenAi.start(t, choose);
    const phony = await Phony.start(t, {OPENAI_BASE_URL: model.baseUrl, ...settings}, options);
    return {model, phony};
}
