import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

// What jsdom has not, and Mantine asks for.
window.matchMedia = (media) =>
    ({
        media,
        matches: false,
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
    }) as unknown as MediaQueryList;

window.ResizeObserver = class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
};

Element.prototype.scrollIntoView = () => undefined;

afterEach(cleanup);
