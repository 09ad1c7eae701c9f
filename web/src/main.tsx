import './styles';

import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './App';
import { theme } from './theme';

const root = document.getElementById('root');
if (root) {
    createRoot(root).render(
        <StrictMode>
            {/* Its style sheets are files: see README.md, What the Content-Security-Policy must allow. */}
            <MantineProvider
                theme={theme}
                defaultColorScheme="auto"
                withCssVariables={false}
                withGlobalClasses={false}
            >
                <App />
            </MantineProvider>
        </StrictMode>,
    );
}
