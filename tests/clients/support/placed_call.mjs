import twilio from 'twilio';

/**
 * Twilio's end of a call that Phony has placed, from when the REST API accepted it: it asks and tells
 * the webhooks that the order named, with signatures.
 *
 *     const network = new PlacedCall(phony, publicUrl, authToken, api.requests[0].form, callSid);
 *     await network.tells('ringing');
 *     const {text} = await network.isAnswered({AnsweredBy: 'human'});      // TwiML
 */
export class PlacedCall {
    #sequence = 0;

    /**
     * @param {import('./phony.mjs').Phony} phony
     * @param {string} publicUrl  as Twilio knows the server
     * @param {string} authToken
     * @param {URLSearchParams} form  of the order
     * @param {string} callSid
     */
    constructor(phony, publicUrl, authToken, form, callSid) {
        this.phony = phony;
        this.publicUrl = publicUrl;
        this.authToken = authToken;
        this.form = form;
        this.about = {
            CallSid: callSid,
            AccountSid: 'AC91',
            From: form.get('From') ?? '',
            To: form.get('To') ?? '',
            Direction: 'outbound-api',
            ApiVersion: '2010-04-01',
        };
    }

    /** A status callback. */
    tells(CallStatus, more = {}) {
        return this.#ask('StatusCallback', {
            CallStatus,
            CallbackSource: 'call-progress-events',
            SequenceNumber: String(this.#sequence++),
            Timestamp: new Date().toUTCString(),
            ...more,
        });
    }

    /** Somebody, or something, has answered. */
    isAnswered(more = {}) {
        return this.#ask('Url', {CallStatus: 'in-progress', ...more});
    }

    #ask(webhook, fields) {
        const url = this.form.get(webhook) ?? '';
        const form = {...this.about, ...fields};
        return this.phony.form(url.slice(this.publicUrl.length), form, {
            'X-Twilio-Signature': twilio.getExpectedTwilioSignature(this.authToken, url, form),
        });
    }
}
