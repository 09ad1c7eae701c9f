import http from 'node:http';

import {Changes} from './wait.mjs';

/**
 * Twilio's REST API, as far as calls go, with answers that a test decides:
 *
 *     const api = await FakeTwilioApi.start(t);
 *     api.answer = () => [404, {code: 20404, message: 'not found', more_info: '…', status: 404}];
 */
export class FakeTwilioApi {
    static async start(t) {
        const api = new FakeTwilioApi();
        await new Promise((resolve) => {
            api.#server.listen(0, '127.0.0.1', () => resolve(null));
        });
        t.after(() => {
            api.#server.close();
            api.#server.closeAllConnections();
        });
        return api;
    }

    /** @type {{method: string, path: string, headers: any, form: URLSearchParams}[]} */
    requests = [];
    /** @type {(request: any) => [number, any] | Promise<never>} */
    answer = ({path, form}) => {
        if (path.endsWith('/Calls.json')) return [201, this.#placed(path, form)];
        const sid = path.split('/').at(-1)?.replace('.json', '');
        return [200, {sid, status: form.get('Status') ?? 'in-progress'}];
    };
    #calls = 0;
    #changes = new Changes();
    #server = http.createServer(async (request, response) => {
        let text = '';
        for await (const chunk of request.setEncoding('utf8')) text += chunk;
        const received = {
            method: request.method ?? '',
            path: request.url ?? '',
            headers: request.headers,
            form: new URLSearchParams(text),
        };
        this.requests.push(received);
        this.#changes.happened();
        const [status, body] = await this.answer(received);
        response.writeHead(status, {'Content-Type': 'application/json'}).end(JSON.stringify(body));
    });

    /** The resource of a call that was accepted, abridged. */
    #placed(path, form) {
        const [, version, , account] = path.split('/');
        const sid = `CA${String(++this.#calls).padStart(32, '0')}`;
        return {
            sid,
            account_sid: account,
            to: form.get('To'),
            from: form.get('From'),
            status: 'queued',
            direction: 'outbound-api',
            duration: null,
            start_time: null,
            date_created: null,
            api_version: version,
            uri: `/${version}/Accounts/${account}/Calls/${sid}.json`,
        };
    }

    get url() {
        const {port} = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
        return `http://127.0.0.1:${port}`;
    }

    async request(number) {
        return this.#changes.until(() => this.requests[number - 1], `request ${number}`);
    }
}
