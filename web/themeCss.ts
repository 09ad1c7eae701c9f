import { convertCssVariables, defaultCssVariablesResolver, DEFAULT_THEME, mergeMantineTheme } from '@mantine/core';
import type { Plugin } from 'vite';

import { theme } from './src/theme.ts';

const name = 'virtual:theme.css';

/**
 * `import 'virtual:theme.css'`: the theme as a style sheet. Mantine would write the same into a
 * <style> element when the page is opened, which a strict Content-Security-Policy forbids.
 */
export function themeCss(): Plugin {
    return {
        name: 'theme-css',
        resolveId: (id) => (id === name ? `\0${name}` : null),
        load(id) {
            if (id !== `\0${name}`) return null;
            const variables = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
            return convertCssVariables(variables, ':root');
        },
    };
}
