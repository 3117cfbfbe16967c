import { bench as roleModels } from '../../libs/role-model/bench/role-model.ts'
import type { Bench } from './support/bench.ts'

export const bench: Bench = roleModels
