import {createHmac} from 'node:crypto';

/**
 * What Phony's TwiML carries and Twilio hands back, made without asking for it: any process with the
 * same auth token can.
 *
 * @param {string} authToken
 * @param {string} callSid
 * @param {number} expires  in seconds since 1970
 */
export function relayToken(authToken, callSid, expires = Math.floor(Date.now() / 1000) + 60) {
    const signature = createHmac('sha256', authToken)
        .update(`phony relay token 1\n${callSid}\n${expires}`)
        .digest('hex');
    return `${expires}.${signature}`;
}

/** For `setup`. */
export function withToken(authToken, callSid) {
    return {customParameters: {callSid, relayToken: relayToken(authToken, callSid)}};
}
