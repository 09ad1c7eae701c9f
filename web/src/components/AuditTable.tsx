import { formatClock } from '../core/format';
import type { Call } from '../generated/api';
import { text } from '../text';

/** Every attempt to step in, with its author and its outcome. */
export function AuditTable({ overrides }: { overrides: Call['overrides'] }) {
    const { auditColumns: columns } = text.call;
    return (
        <section className="audit" aria-labelledby="audit-title">
            <h3 id="audit-title">{text.call.audit}</h3>
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled with the keyboard */}
            <div className="table-frame" role="group" aria-labelledby="audit-title" tabIndex={0}>
                <table className="table">
                    <thead>
                        <tr>
                            {Object.entries(columns).map(([name, title]) => (
                                <th key={name} scope="col">
                                    {title}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {overrides.map((override, index) => (
                            <tr key={index}>
                                <td className="number">{formatClock(Date.parse(override.timestamp))}</td>
                                <td>
                                    <bdi>{override.supervisor}</bdi>
                                </td>
                                <td>
                                    <bdi>{override.peer}</bdi>
                                </td>
                                <td>{override.action}</td>
                                <td className="wide">
                                    <bdi>{override.value}</bdi>
                                </td>
                                <td data-refused={override.outcome !== 'accepted' || undefined}>
                                    {override.outcome === 'accepted'
                                        ? text.call.accepted
                                        : text.call.refused(
                                              text.rejection[override.reason] ?? (override.reason || override.outcome),
                                          )}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}
