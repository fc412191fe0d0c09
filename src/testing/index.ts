export { localCarrier } from '../bus/local-carrier.ts'
export { FakeClock } from './fake-clock.ts'
export { FakeHost, FakeProcess } from './fake-host.ts'
