export type { Cancel, Clock, Millis } from '../base/clock.ts'
export type { Carrier, Hear } from '../bus/carrier.ts'
export { localCarrier } from '../bus/local-carrier.ts'
export type { Stamp, TimeFormat, TimeToken } from '../process/agent/stamp.ts'
export type {
  DrainWord,
  InsideSight,
  LookWord,
  ManagerWord,
  SpokenWord,
} from '../process/agent/words.ts'
export type {
  ClusterOrder,
  Found,
  LaunchOrder,
  LaunchRecord,
  ManagedProcess,
  PreparedLaunch,
  ProcessEvents,
  ProcessHost,
  ProcessIdentity,
  StdinRefusal,
  Survivor,
} from '../process/host.ts'
export type { InsideLook } from '../process/inside-looks.ts'
export type { Autonomy } from '../process/primary/autonomy.ts'
export { FakeClock } from './fake-clock.ts'
export { FakeHost, FakeProcess } from './fake-host.ts'
