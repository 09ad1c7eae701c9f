import {expect} from '@playwright/test';

import {eventually} from '../../clients/support/wait.mjs';

const json = {'Content-Type': 'application/json'};

/** The calls of a server, made and ended from outside of the dashboard. */
export class Calls {
    #phony;
    #headers;

    /** @param {string} [tokens]  PHONY_SUPERVISOR_TOKENS */
    constructor(phony, tokens) {
        this.#phony = phony;
        const token = tokens?.split(',')[0].split(':')[1];
        this.#headers = token ? {...json, Authorization: `Bearer ${token}`} : json;
    }

    get phony() {
        return this.#phony;
    }

    /** A simulated caller; `speed` times human pace. */
    async simulate(scenario, {callSid, from = '+15550100123', speed = 20} = {}) {
        const body = {from, to: '+18578167225', scenario, speed, ...(callSid && {callSid})};
        const answer = await this.#phony.request(
            '/test/simulate_call',
            JSON.stringify(body),
            this.#headers,
        );
        expect(answer.status, answer.text).toBe(200);
        return answer.json.callSid;
    }

    /** A caller whose every frame the test sends, on the line before the next one is. */
    async dial(callSid, fields) {
        const relay = await this.#phony.call(callSid, fields);
        await eventually(
            () => this.active(),
            (calls) => calls.some((call) => call.callSid === callSid),
            callSid,
        );
        return relay;
    }

    async override(action, body) {
        return this.#phony.request(`/override/${action}`, JSON.stringify(body), this.#headers);
    }

    async active() {
        return (await this.#phony.request('/calls', undefined, this.#headers)).json.calls;
    }

    /** All that is known of a call, now or later. */
    async record(callSid) {
        return (await this.#phony.request(`/calls/${callSid}`, undefined, this.#headers)).json;
    }

    async areOver() {
        await eventually(
            () => this.#phony.activeCalls(),
            (count) => count === 0,
            'active calls',
        );
    }

    /** Cuts off what is left, so that the server can end. */
    async endAll() {
        if (this.#phony.hasEnded) return;
        for (const {callSid} of await this.active()) await this.override('end', {callSid});
    }
}
