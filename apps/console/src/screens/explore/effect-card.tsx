import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { Button } from 'react-aria-components'
import { entitlementWords } from '../../kit/count-texts.ts'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { Gains } from '../../kit/gains.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import type { Effect } from './effect.ts'
import { texts } from './texts.ts'

interface Props {
  readonly cohort: CohortDescription
  readonly chosenCount: number
  readonly effect: Effect | undefined
  /** Removes the exceptions to the cut-off; undefined when there are none. */
  readonly onReset: (() => void) | undefined
}

/** The effect of giving the selected entitlements to all people of the cohort. */
export function EffectCard({ cohort: { cohortSize, riskKnown }, chosenCount, effect, onReset }: Props) {
  return (
    <section className="card" aria-label={texts.changes} aria-busy={effect === undefined}>
      <h2>{texts.changes}</h2>
      <dl className="figures">
        <dt>{texts.chosen}</dt>
        <dd>{entitlementWords(chosenCount)}</dd>
        {chosenCount > 0 && effect !== undefined && (
          <>
            <dt>{texts.gains}</dt>
            <dd>
              <Gains count={effect.gains} />
            </dd>
            <dt>{texts.risky}</dt>
            <dd>{riskKnown ? formatCount(effect.riskyGains) : kitTexts.noData}</dd>
            <dt>{texts.withAll}</dt>
            <dd>{formatShare(effect.withAll, cohortSize)}</dd>
            <dt>{texts.outside}</dt>
            <dd>{formatCount(effect.outsideWithAll)}</dd>
          </>
        )}
      </dl>
      {onReset !== undefined && (
        <p>
          <Button className="button" data-kind="plain" onPress={onReset}>
            {texts.leaveExceptions}
          </Button>
        </p>
      )}
    </section>
  )
}
