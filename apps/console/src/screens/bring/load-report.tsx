import type { Load } from '@assay/contracts/assay/source/v1/source_pb'
import { Link } from '@tanstack/react-router'
import { texts } from './texts.ts'

/** The files of a load with their maps, the left-out rows, and the warnings. */
export function Report({ load }: { readonly load: Load }) {
  if (load.report.length === 0) return null
  return (
    <details>
      <summary>{texts.report}</summary>
      <ul className="small">
        {load.report.map((line) => (
          <li key={line}>
            <bdi>{line}</bdi>
          </li>
        ))}
      </ul>
      <Link to="/data/sources/$id" params={{ id: load.sourceId }}>
        {texts.toSource}
      </Link>
    </details>
  )
}
