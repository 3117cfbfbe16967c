import { Counter, Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { SeriesCounter, SeriesHistogram } from './series.ts'

const labels = { method: 'a.Service/Call', dialect: 'toy' }
const names = { help: 'h', labelNames: ['method', 'dialect'] } as const
const buckets = [0.001, 0.01, 1]
/** On the limits, between them, and above all of them. */
const seconds = [0, 0.001, 0.0011, 0.01, 0.5, 1, 1.5, 60]

test('the metrics have the text and the values of those of prom-client, whatever was counted', async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const count = new SeriesCounter({ ...names, name: 'c', registers: [ours] }).series(labels)
  const counter = new Counter({ ...names, name: 'c', registers: [theirs] })
  const observe = new SeriesHistogram({ ...names, name: 'h', buckets, registers: [ours] }).series(labels)
  const histogram = new Histogram({ ...names, name: 'h', buckets, registers: [theirs] })
  for (const value of seconds) {
    count()
    counter.inc(labels)
    observe(value)
    histogram.observe(labels, value)
  }
  expect(await ours.metrics()).toBe(await theirs.metrics())
  for (const name of ['c', 'h']) {
    const values = async (registry: Registry) =>
      JSON.stringify((await registry.getSingleMetric(name)?.get())?.values).replaceAll('"exemplar":null,', '')
    expect(JSON.parse(await values(ours))).toEqual(JSON.parse(await values(theirs)))
  }
})

test('a series appears with its first count, is the same for the same labels, and ends with a reset', async () => {
  const registry = new Registry()
  const counter = new SeriesCounter({ ...names, name: 'c', registers: [registry] })
  const histogram = new SeriesHistogram({ ...names, name: 'h', buckets, registers: [registry] })
  const values = async () => [(await counter.get()).values, (await histogram.get()).values]
  const [one, other] = [counter.series(labels), counter.series({ ...labels })]
  const observe = histogram.series(labels)
  expect(await values()).toEqual([[], []])
  one()
  other()
  observe(0.5)
  expect((await counter.get()).values).toEqual([{ labels, value: 2 }])
  expect((await histogram.get()).values.at(-1)).toMatchObject({ labels, value: 1 })
  registry.resetMetrics()
  expect(await values()).toEqual([[], []])
  one()
  expect((await counter.get()).values).toEqual([{ labels, value: 1 }])
})
