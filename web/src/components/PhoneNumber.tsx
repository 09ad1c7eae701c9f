import { formatPhone } from '../core/phone';

/** A number as the network gave it: it may be anything, so that it keeps its direction to itself. */
export function PhoneNumber({ number }: { number: string }) {
    return <bdi className="phone">{formatPhone(number)}</bdi>;
}
