import {once} from 'node:events';

/** The upgrade was answered with something else than 101. */
export class UpgradeRefused extends Error {
    constructor(status, body) {
        super(`the upgrade was answered with ${status}: ${body}`);
        this.status = status;
        this.body = body;
    }
}

/**
 * Until npm ws's client is connected.
 *
 * @param {import('ws').WebSocket} socket
 * @throws {UpgradeRefused}
 */
export async function upgraded(socket) {
    const refused = new Promise((_, reject) => {
        socket.on('unexpected-response', async (request, response) => {
            let body = '';
            for await (const chunk of response.setEncoding('utf8')) body += chunk;
            request.socket.destroy(); // ws leaves it open
            reject(new UpgradeRefused(response.statusCode, body));
        });
        socket.on('error', reject);
    });
    refused.catch(() => {});
    await Promise.race([once(socket, 'open'), refused]);
}
