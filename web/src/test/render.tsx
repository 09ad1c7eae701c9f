import { MantineProvider } from '@mantine/core';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';

import { Calls } from '../data/calls';
import { CallsContext } from '../data/context';

/** Renders what lives inside of the dashboard, without a server behind it. */
export function renderInside(children: ReactNode, calls = new Calls(() => undefined)): RenderResult {
    return render(
        <MantineProvider env="test">
            <CallsContext value={calls}>{children}</CallsContext>
        </MantineProvider>,
    );
}
