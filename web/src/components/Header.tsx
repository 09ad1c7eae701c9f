import { ActionIcon, Menu, Popover, Switch, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Bell, History, LogOut, Moon, Phone, Sun, Timer, User } from 'lucide-react';
import { useState, type MouseEvent } from 'react';

import logo from '../assets/phony.svg';
import type { View } from '../core/route';
import { allowNotifications } from '../data/alerts';
import { prefer, preferences } from '../data/preferences';
import { go, hrefOf, route } from '../data/route';
import { session, signOut } from '../data/session';
import { useStore } from '../data/store';
import { text } from '../text';
import { ConnectionBadge } from './ConnectionBadge';
import { SimulatedModel } from './SimulatedModel';

const tabs = [
    { view: 'calls', Icon: Phone },
    { view: 'latency', Icon: Timer },
    { view: 'history', Icon: History },
] as const satisfies { view: View; Icon: typeof Phone }[];

/** A link that does not load the page anew, unless that is what is asked for. */
function follow(event: MouseEvent, view: View): void {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go({ view });
}

function Tabs() {
    const { view: current } = useStore(route);
    return (
        <nav aria-label={text.navigation} className="tabs">
            {tabs.map(({ view, Icon }) => (
                <a
                    key={view}
                    href={hrefOf({ view })}
                    aria-current={view === current ? 'page' : undefined}
                    onClick={(event) => {
                        follow(event, view);
                    }}
                >
                    <Icon size={16} aria-hidden />
                    <span>{text.views[view]}</span>
                </a>
            ))}
        </nav>
    );
}

function ThemeButton() {
    const { setColorScheme } = useMantineColorScheme();
    const dark = useComputedColorScheme('light') === 'dark';
    const label = dark ? text.theme.toLight : text.theme.toDark;
    return (
        <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={label}
            title={label}
            onClick={() => {
                setColorScheme(dark ? 'light' : 'dark');
            }}
        >
            {dark ? <Sun size={18} /> : <Moon size={18} />}
        </ActionIcon>
    );
}

function AlertsMenu() {
    const { sound, notify } = useStore(preferences);
    const [opened, setOpened] = useState(false);
    const [denied, setDenied] = useState(false);
    async function setNotify(wanted: boolean): Promise<void> {
        const allowed = wanted && (await allowNotifications());
        setDenied(wanted && !allowed);
        prefer({ notify: allowed });
    }
    return (
        <Popover position="bottom-end" width={260} trapFocus returnFocus opened={opened} onChange={setOpened}>
            <Popover.Target>
                <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    aria-label={text.alerts.menu}
                    title={text.alerts.menu}
                    onClick={() => {
                        setOpened(!opened);
                    }}
                >
                    <Bell size={18} />
                </ActionIcon>
            </Popover.Target>
            <Popover.Dropdown aria-label={text.alerts.menu} className="alerts-menu">
                <Switch
                    label={text.alerts.sound}
                    checked={sound}
                    onChange={(event) => {
                        prefer({ sound: event.currentTarget.checked });
                    }}
                />
                <Switch
                    label={text.alerts.notify}
                    checked={notify}
                    description={denied ? text.alerts.denied : undefined}
                    onChange={(event) => void setNotify(event.currentTarget.checked)}
                />
            </Popover.Dropdown>
        </Popover>
    );
}

function SupervisorMenu() {
    const state = useStore(session);
    if (state.phase !== 'in' || state.supervisor === null) return null;
    const label = text.session.signedInAs(state.supervisor);
    return (
        <Menu position="bottom-end">
            <Menu.Target>
                <ActionIcon variant="light" size="lg" radius="xl" aria-label={label} title={label}>
                    <User size={18} />
                </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
                <Menu.Label>
                    <bdi>{label}</bdi>
                </Menu.Label>
                <Menu.Item leftSection={<LogOut size={16} />} onClick={() => void signOut()}>
                    {text.session.signOut}
                </Menu.Item>
            </Menu.Dropdown>
        </Menu>
    );
}

export function Header() {
    return (
        <header className="header">
            <h1 className="brand">
                <img src={logo} alt="" width={26} height={26} />
                <span>{text.product}</span>
            </h1>
            <Tabs />
            <div className="header-end">
                <SimulatedModel />
                <ConnectionBadge />
                <AlertsMenu />
                <ThemeButton />
                <SupervisorMenu />
            </div>
        </header>
    );
}
