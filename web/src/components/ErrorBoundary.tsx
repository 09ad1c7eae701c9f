import { Alert } from '@mantine/core';
import { Component, type ReactNode } from 'react';

import { text } from '../text';

/** A view that fails takes nothing else with it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
    override state = { failed: false };

    static getDerivedStateFromError(): { failed: boolean } {
        return { failed: true };
    }

    override render(): ReactNode {
        if (!this.state.failed) return this.props.children;
        return (
            <Alert color="red" className="view-failed" role="alert">
                {text.failed}
            </Alert>
        );
    }
}
