import { parseRoute, routeQuery, type Route } from '../core/route';
import { Store } from './store';

export const route = new Store<Route>(parseRoute(location.search));

window.addEventListener('popstate', () => {
    route.set(parseRoute(location.search));
});

export function hrefOf(to: Partial<Route>): string {
    return `${import.meta.env.BASE_URL}${routeQuery(to)}`;
}

export function go(to: Partial<Route>): void {
    const query = routeQuery(to);
    if (query !== location.search) history.pushState(null, '', `${import.meta.env.BASE_URL}${query}`);
    route.set(parseRoute(query));
}
