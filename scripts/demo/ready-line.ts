import { z } from 'zod';

/** What `npm start -- --json` prints on stdout in one line when the station is up. */
export const stationReadySchema = z.object({
  station: z.object({
    dataDir: z.string(),
    resident: z.url().nullable(),
    door: z.url().nullable(),
    board: z.url().nullable(),
    bench: z.url(),
    platform: z.url(),
    platformApi: z.object({ url: z.url(), deskToken: z.string() }),
    pids: z.object({ terminal: z.number().int().nullable(), platform: z.number().int() }),
  }),
});
export type StationReady = z.infer<typeof stationReadySchema>['station'];
