import { text } from '../text';

/**
 * What all dialogs have in common. Mantine locks the page behind a dialog with a <style> element,
 * which the Content-Security-Policy forbids; this page does not scroll as a whole anyway.
 */
export const dialog = {
    lockScroll: false,
    centered: true,
    closeButtonProps: { 'aria-label': text.close },
    // Its <header> is not the page's.
    attributes: { header: { role: 'none' } },
} as const;
