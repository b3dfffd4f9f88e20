/**
 * What `fast-check` is to tests (vitest.config.ts): the same cases in each run, so that a change is judged by what it changed. `YIZHAN_PROPERTY_SEED=random`
 * looks further; what it finds becomes a case of its own.
 */
import fc from '../../node_modules/fast-check/lib/fast-check.js';

const given = process.env['YIZHAN_PROPERTY_SEED'];
if (given !== 'random')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given ?? 20_261_122) });

export default fc;
