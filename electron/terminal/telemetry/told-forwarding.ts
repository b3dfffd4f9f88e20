import { SUBMISSION_ROUTE, type Telemetry } from '#contract/telemetry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { WholePlatformClient } from '../outbox/platform-client.ts';
import { travelOf } from './travel.ts';

/** The client, with each try to bring an application to the platform: a span of its travel, which goes on there. */
export function toldClient(client: WholePlatformClient, telemetry: Telemetry): WholePlatformClient {
  return {
    ...client,
    submit: async (key, submission) => {
      const span = telemetry.begin('forward', { under: travelOf(key) });
      const answer = await client.submit(key, submission, span?.traceparent);
      const failed = answer.ok ? {} : ({ 'error.type': answer.fault.code } as const);
      const status = answer.ok ? undefined : answer.fault.status;
      span?.end({
        'http.request.method': 'PUT',
        'url.template': SUBMISSION_ROUTE,
        ...(status === undefined ? {} : { 'http.response.status_code': status }),
        ...failed,
      });
      telemetry.add('yizhan.forward.attempts', {
        'yizhan.outcome': answer.ok ? 'acknowledged' : 'failed',
        ...failed,
      });
      return answer;
    },
  };
}

/** The outbox, with what it was rid of. */
export function toldOutbox(outbox: Outbox, telemetry: Telemetry): Outbox {
  return {
    ...outbox,
    acknowledge: (row, acknowledgement) => {
      const stored = outbox.acknowledge(row, acknowledgement);
      if (stored.ok) telemetry.add('yizhan.applications.acknowledged', {});
      return stored;
    },
  };
}
