import { Link } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { useMayForEverybody } from '../../shell/rights.ts'
import { startAnalysis } from '../mining-settings/queries.ts'
import { isNotYet, useNewestRun } from './queries.ts'
import { texts } from './texts.ts'

/** The maximum number of shown sentences; the most important come first. */
const mostShown = 5

/** The explanation of the newest analysis. */
export function AnalysisCard() {
  const mayMine = useMayForEverybody('mine')
  const { data, error, isPending, refetch } = useNewestRun()
  return (
    <section className="card" aria-label={texts.analysis} aria-busy={isPending}>
      <h2>{texts.analysis}</h2>
      {isNotYet(error) && (
        <>
          <p>{texts.noAnalysis}</p>
          {mayMine && (
            <p>
              <Button className="button" onPress={() => void startAnalysis()}>
                {texts.analyse}
              </Button>
            </p>
          )}
        </>
      )}
      {error !== null && !isNotYet(error) && <Failed error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <ul className="stack">
            {data.explanations.slice(0, mostShown).map((explanation) => (
              <li key={explanation}>{inReadingOrder(explanation)}</li>
            ))}
          </ul>
          <Link to="/settings/analysis">{texts.toSettings}</Link>
        </>
      )}
    </section>
  )
}
