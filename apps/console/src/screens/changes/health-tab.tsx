import type { HealthGoal, RoleHealth } from '@assay/contracts/assay/change/v1/change_service_pb'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { Table } from '../../kit/table.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatTime } from '../../kit/times.ts'
import { TrendLine } from '../../kit/trend-line.tsx'
import { useMayForEverybody } from '../../shell/rights.ts'
import { isNotYet } from '../start/queries.ts'
import { GoalQuestion } from './goal-question.tsx'
import { type Measure, measures, measureWords } from './measures.ts'
import { useHealth } from './queries.ts'
import { goalWords, healthSentence, measureNames, texts } from './texts.ts'

/** How good the accepted profiles are, load by load. */
export function HealthTab() {
  const { items, first, hasNextPage, more, error, isPending, refetch } = useHealth()
  const [newest] = items
  return (
    <section className="stack" aria-label={texts.health} aria-busy={isPending}>
      {error !== null && !isNotYet(error) && <Failed error={error} onRetry={() => void refetch()} />}
      {isPending && <p>{texts.looking}</p>}
      {!isPending && newest === undefined && (error === null || isNotYet(error)) && <p>{texts.noHealth}</p>}
      {newest !== undefined && (
        <>
          <Sentence>{healthSentence(newest, first?.goals ?? [])}</Sentence>
          <p className="small muted">
            {texts.measured} {formatTime(newest.measureTime)}
          </p>
          <Measures points={items} goals={first?.goals ?? []} />
          {hasNextPage && (
            <p>
              <Button className="button" onPress={more}>
                {texts.earlierPoints}
              </Button>
            </p>
          )}
        </>
      )}
    </section>
  )
}

interface Props {
  /** Newest first; there is one at least. */
  readonly points: readonly RoleHealth[]
  readonly goals: readonly HealthGoal[]
}

function Measures({ points, goals }: Props) {
  const mayMine = useMayForEverybody('mine')
  const [asked, ask] = useState<Measure>()
  const [newest, before] = points
  if (newest === undefined) return null
  const goalOf = ({ key }: Measure) => goals.find(({ measure }) => measure === key)
  const oldestFirst = points.toReversed()
  return (
    <>
      <Table
        caption={texts.health}
        rows={measures}
        keyOf={({ key }) => String(key)}
        head={{
          title: texts.measure,
          cell: ({ key }) => (
            <>
              {measureNames[key].title}
              <p className="small muted">{measureNames[key].means}</p>
            </>
          ),
        }}
        columns={[
          { title: texts.now, cell: (measure) => measureWords(measure, measure.of(newest)) },
          {
            title: texts.oneLoadBefore,
            isWideOnly: true,
            cell: (measure) => (before === undefined ? kitTexts.noData : measureWords(measure, measure.of(before))),
          },
          {
            title: texts.trend,
            isWideOnly: true,
            cell: (measure) => <TrendLine values={oldestFirst.map(measure.of)} goal={goalOf(measure)?.goal} />,
          },
          {
            title: texts.goal,
            cell: (measure) =>
              mayMine ? (
                <Button className="button" onPress={() => ask(measure)}>
                  <span className="for-readers">{texts.goalOf(measureNames[measure.key].title)}</span>
                  {goalWords(measure, goalOf(measure))}
                </Button>
              ) : (
                goalWords(measure, goalOf(measure))
              ),
          },
        ]}
      />
      {asked !== undefined && (
        <GoalQuestion key={asked.key} measure={asked} goal={goalOf(asked)} onClose={() => ask(undefined)} />
      )}
    </>
  )
}
