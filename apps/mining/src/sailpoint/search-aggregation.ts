import { invalidArgument } from '@assay/errors'
import type { Aggregation } from '@assay/search-documents'
import { type Json, membersOf, textOf, wholeNumberOf } from './json-members.ts'

/** An aggregation, and its name in the answer. */
export interface NamedAggregation {
  readonly name: string
  readonly of: Aggregation
}

const mostBuckets = 1000

/**
 * Reads the aggregations of a request (contract section 13.5): one bucket of terms, one metric that counts, or one of each.
 * @throws invalid_argument for all other aggregations
 */
export function readAggregations(value: Json | undefined, dsl: Json | undefined): readonly NamedAggregation[] {
  if (dsl !== undefined) throw invalidArgument('aggregationsDsl', 'is not offered; use aggregations')
  const known = ['bucket', 'metric'] as const
  const { bucket, metric } = membersOf(value, 'aggregations', known)
  const read = [
    ...(bucket === undefined ? [] : [readBucket(bucket)]),
    ...(metric === undefined ? [] : [readMetric(metric)]),
  ]
  if (read.length === 0) throw invalidArgument('aggregations', 'must have a bucket or a metric')
  if (read.length === 2 && read[0]?.name === read[1]?.name) {
    throw invalidArgument('aggregations.metric.name', 'is the name of the bucket as well')
  }
  return read
}

function readBucket(value: Json): NamedAggregation {
  const path = 'aggregations.bucket'
  const given = membersOf(value, path, ['name', 'type', 'field', 'size', 'minDocCount'])
  const type = textOf(given.type, `${path}.type`) ?? 'TERMS'
  if (type !== 'TERMS') throw invalidArgument(`${path}.type`, `"${type}" is not offered; use TERMS`)
  const size = wholeNumberOf(given.size, `${path}.size`, { least: 1, most: mostBuckets, otherwise: 10 })
  const least = wholeNumberOf(given.minDocCount, `${path}.minDocCount`, { least: 1, most: 2 ** 31 - 1, otherwise: 1 })
  return {
    name: required(given.name, `${path}.name`),
    of: { kind: 'terms', field: fieldOf(given.field, path), size, least },
  }
}

function readMetric(value: Json): NamedAggregation {
  const path = 'aggregations.metric'
  const given = membersOf(value, path, ['name', 'type', 'field'])
  const type = textOf(given.type, `${path}.type`) ?? 'UNIQUE_COUNT'
  if (type !== 'COUNT' && type !== 'UNIQUE_COUNT') {
    throw invalidArgument(`${path}.type`, `"${type}" is not offered; use COUNT or UNIQUE_COUNT`)
  }
  const of = { kind: 'count', field: fieldOf(given.field, path), isDistinct: type === 'UNIQUE_COUNT' } as const
  return { name: required(given.name, `${path}.name`), of }
}

const fieldOf = (value: Json | undefined, path: string) => required(value, `${path}.field`).replace(/\.exact$/, '')

function required(value: Json | undefined, path: string): string {
  const text = textOf(value, path)
  if (text === undefined || text === '') throw invalidArgument(path, 'must be a text that is not empty')
  return text
}
