import { type InboxCandidate, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Link } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { Band } from '../../kit/band.tsx'
import { formatPercent, formatShare } from '../../kit/figures.ts'
import { Gains } from '../../kit/gains.tsx'
import { useMay } from '../../shell/rights.ts'
import { referenceOf } from '../candidates/candidate-source.ts'
import { writeReference } from '../compare/reference.ts'
import { useMayHandOver } from '../hand-over/may-hand-over.ts'
import { texts as handOverTexts } from '../hand-over/texts.ts'
import { texts as publishTexts } from '../publish/texts.ts'
import { ReviewState } from '../review/review-state.tsx'
import type { Effect } from './effect.ts'
import { texts } from './texts.ts'

interface Props {
  readonly candidate: InboxCandidate
  readonly effect: Effect
  readonly onAccept: () => void
  readonly onDismiss: () => void
  readonly onReopen: () => void
  readonly onHandOver: () => void
  /** Hands the candidate over to another system. */
  readonly onPublish: () => void
  readonly onKeep: () => void
  readonly onSplit: () => void
}

/** The figures for the decision, and the buttons to decide. */
export function DecisionCard(props: Props) {
  const { candidate, effect } = props
  const { peopleCount, peopleWithAllCount, averageCoverage, confidence } = candidate
  return (
    <section className="card candidate-side" aria-label={texts.decision}>
      <Decide {...props} />
      <ReviewState reference={referenceOf(candidate)} />
      <Beside {...props} />
      <dl className="figures">
        <dt>{texts.sharedBy}</dt>
        <dd className="row">
          <Band share={averageCoverage} /> <span>{texts.onAverage(formatPercent(averageCoverage))}</span>
        </dd>
        {/* The holders of all remaining entitlements are not counted when some are left out. */}
        {effect.leftOutCount === 0 && peopleWithAllCount !== undefined && (
          <>
            <dt>{texts.holdAll}</dt>
            <dd>{formatShare(peopleWithAllCount, peopleCount)}</dd>
          </>
        )}
        <dt>{texts.gains}</dt>
        <dd>
          <Gains count={effect.gainCount} />
        </dd>
        <dt>{texts.confidence}</dt>
        {/* 0 when it is unknown, as for a potential role that a bounded reader sees. */}
        <dd>{formatPercent(confidence || undefined)}</dd>
      </dl>
    </section>
  )
}

/** Actions that are no decision: compare, save as a draft, split. */
function Beside({ candidate, effect, onKeep, onSplit, onHandOver, onPublish }: Props) {
  const mayDecide = useMay('decide')
  const mayHandOver = useMayHandOver()
  return (
    <div className="row">
      <Link className="button" to="/compare" search={{ a: writeReference(referenceOf(candidate)) }}>
        {texts.compare}
      </Link>
      {mayHandOver && (
        <Button className="button" onPress={onHandOver}>
          {handOverTexts.open}
        </Button>
      )}
      {mayHandOver && candidate.state !== InboxState.DISMISSED && effect.entitlementCount > 0 && (
        <Button className="button" onPress={onPublish}>
          {publishTexts.open}
        </Button>
      )}
      {mayDecide && effect.entitlementCount > 0 && (
        <Button className="button" onPress={onKeep}>
          {texts.keepDraft}
        </Button>
      )}
      {mayDecide && effect.leftOutCount > 0 && effect.entitlementCount > 0 && (
        <Button className="button" onPress={onSplit}>
          {texts.splitOff}
        </Button>
      )}
    </div>
  )
}

function Decide({ candidate, effect, onAccept, onDismiss, onReopen }: Props) {
  const mayDecide = useMay('decide')
  const { state, undoObstacle } = candidate
  if (state === InboxState.ACCEPTED)
    return (
      <>
        <h2>{texts.accepted}</h2>
        {candidate.accessProfileId !== '' && (
          <p>
            <Link to="/access-profiles/$id" params={{ id: candidate.accessProfileId }}>
              {texts.toProfile}
            </Link>
          </p>
        )}
        {undoObstacle !== '' && <p>{undoObstacle}.</p>}
        {undoObstacle === '' && mayDecide && (
          <>
            <p className="small muted">{texts.undoMeans}</p>
            <Button className="button" onPress={onReopen}>
              {texts.undoAcceptance}
            </Button>
          </>
        )}
      </>
    )
  if (state === InboxState.DISMISSED)
    return (
      <>
        <h2>{texts.dismissed}</h2>
        {mayDecide && (
          <Button className="button" onPress={onReopen}>
            {texts.openAgain}
          </Button>
        )}
      </>
    )
  if (!mayDecide) return <p className="muted">{texts.mayNot}</p>
  return (
    <>
      <div className="row">
        <Button className="button" data-kind="accent" onPress={onAccept} isDisabled={effect.entitlementCount === 0}>
          {texts.accept}
        </Button>
        <Button className="button" onPress={onDismiss}>
          {texts.dismiss}
        </Button>
      </div>
      {effect.entitlementCount === 0 && <p>{texts.nothingLeft}</p>}
    </>
  )
}
