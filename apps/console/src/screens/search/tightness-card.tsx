import type { MiningSession, SessionTightness } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { useNavigate } from '@tanstack/react-router'
import { CallButton } from '../../kit/call-button.tsx'
import { formatCount } from '../../kit/figures.ts'
import { useMay } from '../../shell/rights.ts'
import { showToast } from '../../shell/toast.tsx'
import { useChangeSearch } from './queries.ts'
import type { SearchSearch } from './search.ts'
import { texts, tightnessSentence } from './texts.ts'

interface Props {
  readonly session: MiningSession
  readonly search: SearchSearch
}

/** The effect of each tightness: the people in roles and what they lack, as a curve; the address has the chosen tightness. */
export function TightnessCard({ session, search }: Props) {
  const navigate = useNavigate()
  const mayMine = useMay('mine')
  const { mutate: change, isPending } = useChangeSearch(() => showToast(texts.askedAgain))
  const { id, tightnessCurve: curve, prescribedTightness } = session
  const inForce = session.tightness ?? prescribedTightness
  const present = nearest(curve, inForce)
  const chosen = nearest(curve, search.tight ?? inForce)
  if (chosen === undefined) return null
  const look = (tight: number) =>
    void navigate({
      to: '/candidates/search/$id',
      params: { id },
      search: { tight },
      replace: true,
      resetScroll: false,
    })
  const use = (tightness: number | undefined) =>
    change({ session: { id, ...(tightness !== undefined && { tightness }) }, updateMask: { paths: ['tightness'] } })
  const sentence = tightnessSentence(chosen, present)
  return (
    <section className="card" aria-label={texts.tightness}>
      <h2>{texts.tightness}</h2>
      <p className="small muted">{texts.tightnessMeans}</p>
      <Curve curve={curve} chosen={chosen} />
      <label className="field">
        <span className="field-label">{texts.share}</span>
        <input
          type="range"
          className="slider"
          min={0}
          max={curve.length - 1}
          value={curve.indexOf(chosen)}
          aria-valuetext={sentence}
          onChange={({ target }) => look(curve[Number(target.value)]?.tightness ?? chosen.tightness)}
        />
        <span className="row small muted">
          <span>{texts.looser}</span>
          <span className="shell-space" />
          <span>{texts.tighter}</span>
        </span>
      </label>
      <p role="status">{sentence}</p>
      {mayMine && (
        <div className="row">
          <CallButton
            isBusy={isPending || chosen.tightness === session.tightness}
            onPress={() => use(chosen.tightness)}
          >
            {texts.use(chosen.tightness)}
          </CallButton>
          {session.tightness !== undefined && prescribedTightness !== undefined && (
            <CallButton isBusy={isPending} onPress={() => use(undefined)}>
              {texts.asSuggested(prescribedTightness)}
            </CallButton>
          )}
        </div>
      )}
    </section>
  )
}

const barWidth = 10
const height = 40

/** A bar for each tightness, whose height is the number of people in roles; the chosen bar is filled. */
function Curve({ curve, chosen }: { readonly curve: readonly SessionTightness[]; readonly chosen: SessionTightness }) {
  const most = Math.max(1, ...curve.map(({ membershipCount }) => membershipCount))
  const words = curve
    .map(({ tightness, membershipCount }) => `${tightness} %: ${formatCount(membershipCount)}`)
    .join(', ')
  return (
    <svg
      className="histogram"
      viewBox={`0 0 ${curve.length * barWidth} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${texts.curve}. ${words}`}
    >
      {curve.map((point, place) => {
        const drawn = (point.membershipCount / most) * height
        return (
          <rect
            key={point.tightness}
            className={point === chosen ? 'histogram-bar' : 'histogram-below'}
            x={place * barWidth + 0.5}
            width={barWidth - 1}
            y={height - drawn}
            height={drawn}
          />
        )
      })}
    </svg>
  )
}

function nearest(curve: readonly SessionTightness[], tightness: number | undefined): SessionTightness | undefined {
  if (tightness === undefined) return curve[0]
  const distance = (point: SessionTightness) => Math.abs(point.tightness - tightness)
  return curve.toSorted((a, b) => distance(a) - distance(b))[0]
}
