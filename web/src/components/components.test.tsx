import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { foldRow, newRow, type CallRow } from '../core/callRow';
import type { Entry } from '../core/transcript';
import { Script, begin } from '../test/events';
import { renderInside } from '../test/render';
import { answerWith, refusal } from '../test/server';
import { PlaceCallButton } from './PlaceCall';
import { QuestionPanel } from './QuestionPanel';
import { StepIn } from './StepIn';
import { Transcript } from './Transcript';

afterEach(() => {
    vi.unstubAllGlobals();
});

const row: CallRow = new Script().starts().events.reduce(foldRow, newRow('CA1', begin));
const press = (name: string | RegExp) => userEvent.click(screen.getByRole('button', { name }));

describe('stepping in', () => {
    it('says a text, says that it did, and is empty again', async () => {
        const asked = answerWith(() => ({ body: { status: 'success' } }));
        renderInside(<StepIn row={row} />);
        const field = screen.getByRole('textbox', { name: 'Say to the caller' });
        await userEvent.type(field, ' Hello {Enter}');
        expect(asked).toEqual([{ path: '/override/text', method: 'POST', body: { callSid: 'CA1', text: 'Hello' } }]);
        expect(await screen.findByText('Said to the caller.')).toBeDefined();
        expect(field).toHaveProperty('value', '');
    });

    it('keeps the text, and says in words why it was refused', async () => {
        answerWith(() => refusal(404, 'CALL_NOT_FOUND'));
        renderInside(<StepIn row={row} />);
        const field = screen.getByRole('textbox', { name: 'Say to the caller' });
        await userEvent.type(field, 'Hello{Enter}');
        expect(await screen.findByText('The call is over.')).toBeDefined();
        expect(field).toHaveProperty('value', 'Hello');
    });

    it('offers nothing while the call is not connected', () => {
        renderInside(<StepIn row={{ ...row, state: 'lost' }} />);
        for (const name of ['Keypad', 'Transfer', 'End call', 'Say'])
            expect(screen.getByRole('button', { name })).toHaveProperty('disabled', true);
    });

    it('ends a call only when that is confirmed', async () => {
        const asked = answerWith(() => ({ body: { status: 'success' } }));
        renderInside(<StepIn row={row} />);
        await press('End call');
        const dialog = await screen.findByRole('dialog');
        expect(dialog.textContent).toContain('+1 555 123 4567');
        expect(asked).toEqual([]);
        await userEvent.click(within(dialog).getByRole('button', { name: 'End call' }));
        expect(asked).toMatchObject([{ path: '/override/end', body: { callSid: 'CA1' } }]);
    });

    it('transfers to numbers only', async () => {
        const asked = answerWith(() => ({ body: { status: 'success' } }));
        renderInside(<StepIn row={row} />);
        await press('Transfer');
        const dialog = await screen.findByRole('dialog');
        const field = within(dialog).getByRole('textbox', { name: 'Phone number' });
        await userEvent.type(field, '555 1234{Enter}');
        expect(await screen.findByText(/begins with \+/)).toBeDefined();
        expect(asked).toEqual([]);
        await userEvent.clear(field);
        await userEvent.type(field, '+1 (555) 999-9999');
        await press('Transfer to +1 555 999 9999');
        expect(asked).toMatchObject([{ path: '/override/transfer', body: { target: '+15559999999' } }]);
    });

    it('sends keys by mouse and keyboard', async () => {
        const asked = answerWith(() => ({ body: { status: 'success' } }));
        renderInside(<StepIn row={row} />);
        await press('Keypad');
        await userEvent.click(await screen.findByRole('button', { name: '5' }));
        await userEvent.keyboard('#x7');
        expect(asked.map(({ body }) => body)).toEqual(['5', '#', '7'].map((digit) => ({ callSid: 'CA1', digit })));
    });
});

describe('placing a call', () => {
    const number = '+1 (555) 123-4567';

    async function open(): Promise<HTMLElement> {
        renderInside(<PlaceCallButton />);
        await press('Place a call');
        return screen.findByRole('dialog');
    }

    it('calls nobody who has not agreed', async () => {
        const asked = answerWith(() => ({ body: {} }));
        const dialog = await open();
        await userEvent.type(within(dialog).getByRole('textbox', { name: 'Phone number' }), `${number}{Enter}`);
        expect(await screen.findByText('Nobody is called who has not agreed.')).toBeDefined();
        expect(asked).toEqual([]);
    });

    it('calls who has, and opens the call', async () => {
        const asked = answerWith(() => ({ status: 201, body: { status: 'success', callSid: 'CA7' } }));
        const dialog = await open();
        await userEvent.type(within(dialog).getByRole('textbox', { name: 'Phone number' }), number);
        await userEvent.click(within(dialog).getByRole('checkbox', { name: /agreed/ }));
        await userEvent.type(within(dialog).getByRole('textbox', { name: /Who has agreed/ }), 'Jane Doe');
        await press('Call +1 555 123 4567');
        expect(asked).toMatchObject([
            { path: '/calls', body: { to: '+15551234567', consent: true, consentedBy: 'Jane Doe' } },
        ]);
        await waitFor(() => {
            expect(screen.queryByRole('dialog')).toBeNull();
        });
        expect(location.search).toContain('CA7');
    });

    it('says why nobody was called', async () => {
        answerWith(() => refusal(502, 'TWILIO_ERROR', '', 'Twilio refused: the number called is not valid'));
        const dialog = await open();
        await userEvent.type(within(dialog).getByRole('textbox', { name: 'Phone number' }), number);
        await userEvent.click(within(dialog).getByRole('checkbox', { name: /agreed/ }));
        await press('Call +1 555 123 4567');
        expect(await screen.findByText(/No call was placed\. Twilio refused: the number/)).toBeDefined();
    });
});

describe('a question', () => {
    const question = { prompt: 'Which <b>code</b>?', expiresAt: begin + 60_000 };

    it('is answered', async () => {
        const asked = answerWith(() => ({ body: { status: 'success' } }));
        renderInside(<QuestionPanel callSid="CA1" question={question} now={begin + 1000} />);
        expect(screen.getByText('0:59 left')).toBeDefined();
        expect(screen.getByText('Which <b>code</b>?')).toBeDefined();
        await userEvent.type(screen.getByRole('textbox', { name: 'Your answer' }), '7305{Enter}');
        expect(asked).toMatchObject([{ path: '/override/clarification', body: { response: '7305' } }]);
    });

    it('says when somebody else was quicker', async () => {
        answerWith(() => refusal(400, 'INVALID_REQUEST', 'no_pending_question'));
        renderInside(<QuestionPanel callSid="CA1" question={question} now={begin} />);
        await userEvent.type(screen.getByRole('textbox', { name: 'Your answer' }), 'x{Enter}');
        expect(await screen.findByText(/answered already/)).toBeDefined();
    });
});

describe('the transcript', () => {
    const about = { at: begin };
    const hostile = '<img src=x onerror=alert(1)>\u202Egnp.exe\u0007 👩‍👩‍👧 ' + 'x'.repeat(10_000);

    it('shows whatever is said as text', () => {
        const entries: Entry[] = [
            { ...about, key: '1', kind: 'caller', text: hostile, interim: false },
            { ...about, key: '2', kind: 'agent', turn: 1, text: 'Hi', unheard: hostile, state: 'interrupted', latency: null },
            { ...about, key: '3', kind: 'supervisor', action: 'text', value: hostile, supervisor: '<b>', refused: null },
            { ...about, key: '4', kind: 'command', command: '<i>', value: hostile, rejected: '<u>' },
            { ...about, key: '5', kind: 'error', code: '<s>', message: hostile },
        ];
        const { container } = renderInside(<Transcript entries={entries} turn={null} live={false} />);
        expect(container.querySelectorAll('img, b, i, u, s')).toHaveLength(0);
        expect(container.textContent.split(hostile)).toHaveLength(6);
        for (const words of container.querySelectorAll('.line p, .said')) expect(words.getAttribute('dir')).toBe('auto');
    });

    it('tells those who do not see that words were not heard', () => {
        const entry: Entry = {
            ...about,
            key: '1',
            kind: 'agent',
            turn: 1,
            text: 'One',
            unheard: ' two',
            state: 'interrupted',
            latency: null,
        };
        renderInside(<Transcript entries={[entry]} turn={null} live={false} />);
        expect(screen.getByRole('listitem').textContent).toMatch(/One Not heard by the caller: {2}two/);
    });
});
