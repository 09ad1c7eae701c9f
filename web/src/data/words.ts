import { text } from '../text';
import { RequestError } from './api';

/** An error in a supervisor's words. */
export function inWords(error: unknown): string {
    if (!(error instanceof RequestError)) return String(error);
    return text.reasons[error.reason] ?? text.errors[error.code] ?? error.message;
}
