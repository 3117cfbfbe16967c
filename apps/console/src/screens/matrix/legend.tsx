import { type CellKind, kindsOf } from './cells.ts'
import type { Show } from './look.ts'
import { signWords, texts } from './texts.ts'

const size = 14

export function Legend({ show, isTiles }: { readonly show: Show; readonly isTiles: boolean }) {
  return (
    <section className="row small" aria-label={texts.legend}>
      {isTiles && <span>{texts.tilesMean}</span>}
      {kindsOf[show].map((kind) => (
        <span key={kind} className="legend-entry">
          <Sign kind={kind} isTiles={isTiles} />
          {signWords[show][kind]}
        </span>
      ))}
      <span className="legend-entry">
        <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" fill="none" stroke="currentColor">
          <path d="M1.500 1.500h11v11h-11z" />
          <path d="M4 11l3-7 3 7M5 8.500h4" />
        </svg>
        {texts.roleSign}
      </span>
    </section>
  )
}

function Sign({ kind, isTiles }: { readonly kind: CellKind; readonly isTiles: boolean }) {
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" className="legend-sign" data-kind={kind}>
      {isTiles ? <path d="M1 1h12v12H1z" /> : shapes[kind]}
    </svg>
  )
}

const shapes: Readonly<Record<CellKind, React.ReactNode>> = {
  assigned: <path d="M1 1h12v12H1z" />,
  modelled: <path d="M1 1h12v12H1z" />,
  group: <path fillRule="evenodd" d="M1 1h12v12H1zM4 4v6h6V4z" />,
  kept: <path d="M5 5h4v4H5z" />,
  gain: <path d="M1 6h5V1h2v5h5v2H8v5H6V8H1z" />,
  loss: <path d="M1 6h12v2H1z" />,
}
