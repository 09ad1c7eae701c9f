// What Grafana publishes about dashboards (npm @grafana/schema, @grafana/grafana-foundation-sdk), put
// together so that a literal of a dashboard can be checked to its last option. Published, a panel's
// options are anything at all; here they are those of its type.
import type {
    AnnotationQuery,
    Dashboard,
    FieldConfig,
    Panel,
    RowPanel,
} from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as statetimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type {Dataquery} from '@grafana/grafana-foundation-sdk/prometheus';

/** T as it stands in a JSON file: an enumerator is its value. */
type Json<T> = T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer N extends number}` ? N : never
      : T extends readonly (infer Element)[]
        ? Json<Element>[]
        : T extends object
          ? {[Key in keyof T]: Json<T[Key]>}
          : T;

type Query = Omit<Json<Dataquery>, '_implementsDataqueryVariant' | 'refId'> & {refId: string};

/** `{id: 'unit', value: 'ms'}`, `{id: 'custom.width', value: 90}`: the ids that there are, each with its type. */
type Override<Fields, Prefix extends string> = {
    [Key in keyof Fields & string]-?: {id: `${Prefix}${Key}`; value: Exclude<Fields[Key], undefined>};
}[keyof Fields & string];

type StandardFields = Omit<Json<FieldConfig>, 'custom'>;

interface FieldConfigOf<Custom> {
    defaults: StandardFields & {custom?: Partial<Json<Custom>>};
    overrides: {
        matcher: {id: 'byName'; options: string};
        properties: (Override<StandardFields, ''> | Override<Json<Custom>, 'custom.'>)[];
    }[];
}

// Grafana's transformations are in no published schema; these are the two that are used.
type Transformation =
    | {id: 'merge'; options: Record<string, never>}
    | {
          id: 'organize';
          options: {
              excludeByName: Record<string, boolean>;
              indexByName: Record<string, number>;
              renameByName: Record<string, string>;
          };
      };

type Common = Omit<Json<Panel>, 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations'>;

type PanelOf<Type extends string, Options, Custom> = Common & {
    type: Type;
    options: Json<Options>;
    fieldConfig: FieldConfigOf<Custom>;
    targets: Query[];
    transformations?: Transformation[];
};

type Nothing = Record<never, never>;

export interface Panels {
    bargauge: PanelOf<'bargauge', bargauge.Options, Nothing>;
    heatmap: PanelOf<'heatmap', heatmap.Options, heatmap.FieldConfig>;
    row: Json<RowPanel>;
    stat: PanelOf<'stat', stat.Options, Nothing>;
    'state-timeline': PanelOf<'state-timeline', statetimeline.Options, statetimeline.FieldConfig>;
    table: PanelOf<'table', table.Options, table.FieldConfig>;
    text: Common & {type: 'text'; options: Json<text.Options>};
    timeseries: PanelOf<'timeseries', timeseries.Options, timeseries.FieldConfig>;
}

// A Prometheus query with what its data source makes of the answer; published is only the built-in one.
type Annotation =
    | Json<AnnotationQuery>
    | (Omit<Json<AnnotationQuery>, 'target'> & {
          target: Query;
          titleFormat: string;
          textFormat: string;
          tagKeys: string;
          useValueForTime: boolean;
      });

/** All but the panels, of which each is checked as its own type. */
export type Frame = Omit<Json<Dashboard>, 'panels' | 'annotations'> & {
    annotations: {list: Annotation[]};
};
