import type { FleetFigures } from '../fleet/figures.ts';
import type { LanePools, Line } from '../http/lanes.ts';
import { exposition, type Family } from './exposition.ts';

/** What this node has done since its start, and what the fleet is like now, for whoever watches over the platform. */
export interface Metrics {
  /** A heartbeat came. */
  heard(): void;
  answered(lane: Line | 'desk', status: number): void;
  /** In the format of exposition.ts. Labels are of fixed sets: no terminal, no station, nobody's address. */
  text(): Promise<string>;
}

export interface MetricsParts {
  /** Once for all who ask; rejects when the database does not answer, which is told as a figure. */
  readonly fleet: () => Promise<FleetFigures>;
  readonly pools: LanePools;
}

export function createMetrics({ fleet, pools }: MetricsParts): Metrics {
  let heartbeats = 0;
  /** By lane and status. */
  const answers = new Map<string, number>();

  async function families(): Promise<Family[]> {
    const figures = await fleet().catch(() => null);
    return [
      gauge('yizhan_database_up', 'Whether the database answered.', figures === null ? 0 : 1),
      {
        name: 'yizhan_database_connections',
        help: 'Connections of this node to its database, by lane and what they do.',
        type: 'gauge',
        samples: Object.entries(pools).flatMap(([lane, pool]) => [
          { labels: { lane, state: 'idle' }, value: pool.idleCount },
          { labels: { lane, state: 'busy' }, value: pool.totalCount - pool.idleCount },
          { labels: { lane, state: 'waited-for' }, value: pool.waitingCount },
        ]),
      },
      {
        name: 'yizhan_requests_total',
        help: 'Answers of this node since its start, by lane and status.',
        type: 'counter',
        samples: [...answers].sort().map(([key, value]) => {
          const [lane = '', status = ''] = key.split(' ');
          return { labels: { lane, status }, value };
        }),
      },
      {
        name: 'yizhan_heartbeats_total',
        help: 'Heartbeats of terminals that this node took since its start.',
        type: 'counter',
        samples: [{ labels: {}, value: heartbeats }],
      },
      ...(figures === null ? [] : ofFleet(figures)),
    ];
  }

  return {
    heard: () => {
      heartbeats += 1;
    },
    answered: (lane, status) => {
      const key = `${lane} ${String(status)}`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
    },
    text: async () => exposition(await families()),
  };
}

function ofFleet({ terminals, oldestUnsentSeconds, waitingUploadBytes, releases }: FleetFigures): Family[] {
  return [
    {
      name: 'yizhan_fleet_terminals',
      help: 'Terminals that were ever heard, by the condition that costs residents most.',
      type: 'gauge',
      samples: terminals.map(({ condition, count }) => ({ labels: { condition }, value: count })),
    },
    gauge(
      'yizhan_fleet_oldest_unsent_seconds',
      'Age of the oldest application that any terminal has not sent yet.',
      oldestUnsentSeconds,
    ),
    gauge(
      'yizhan_uploads_waiting_bytes',
      'Bytes of papers that are here and that no application has named yet.',
      waitingUploadBytes,
    ),
    {
      name: 'yizhan_fleet_release_cohort',
      help: 'How far open releases have come, the first cohort being 0.',
      type: 'gauge',
      samples: releases.map(({ kind, state, cohort }) => ({ labels: { kind, state }, value: cohort })),
    },
  ];
}

function gauge(name: string, help: string, value: number): Family {
  return { name, help, type: 'gauge', samples: [{ labels: {}, value }] };
}
