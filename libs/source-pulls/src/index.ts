export { eraseFromPulls } from './erase-person.ts'
export { pullWork } from './pull-work.ts'
export { endPull, getPull, type Pull, type PulledKind, pullNow, setPull } from './pulls.ts'
export { pullQueues } from './queue.ts'
