import type { InstanceDetail } from '../protocol/views.ts'

/** What a process has said of its actions and metrics, in PM2's names; empty where it has not. */
export function axmOf(
  instruments: InstanceDetail['instruments'] = { actions: [], metrics: {}, options: {} },
): Readonly<Record<'axm_actions' | 'axm_monitor' | 'axm_options', unknown>> {
  const { actions, metrics, options } = instruments
  return {
    axm_actions: actions.map(({ name, type, arity, opts }) => ({
      action_name: name,
      ...(type === undefined ? {} : { action_type: type }),
      ...(opts === undefined ? {} : { opts }),
      ...(arity === undefined ? {} : { arity }),
    })),
    axm_monitor: metrics,
    axm_options: options,
  }
}
