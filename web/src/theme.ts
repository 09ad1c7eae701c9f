import { createTheme } from '@mantine/core';

/** What Mantine's components look like. themeCss.ts turns it into a style sheet when building. */
export const theme = createTheme({
    primaryColor: 'teal',
    primaryShade: { light: 7, dark: 7 },
    fontFamily: 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
    fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", monospace',
    defaultRadius: 'md',
    cursorType: 'pointer',
    respectReducedMotion: true,
    colors: {
        teal: [
            '#eefbf8',
            '#d0f4ec',
            '#a3e8da',
            '#6dd6c4',
            '#3fbfac',
            '#1fa392',
            '#128577',
            '#0d6d63',
            '#0c574f',
            '#0b4842',
        ],
        // Dark enough for white letters on it: 6.5:1.
        red: [
            '#fdeceb',
            '#fbd5d2',
            '#f5aca6',
            '#ef8078',
            '#e55a50',
            '#d43f35',
            '#c42f26',
            '#b3261e',
            '#971d17',
            '#7a1510',
        ],
        dark: [
            '#e4e9ee',
            '#bcc6d0',
            '#9aa7b4',
            '#74828f',
            '#3b4651',
            '#2a333d',
            '#1d252d',
            '#151b21',
            '#10151a',
            '#0b0f13',
        ],
    },
});
