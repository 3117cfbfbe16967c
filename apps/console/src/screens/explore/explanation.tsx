import type { Explanation as Explained } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { Link } from '@tanstack/react-router'
import { Failed } from '../../kit/failed.tsx'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { writeWho } from './search.ts'
import { texts } from './texts.ts'
import { conditionWords } from './value-words.ts'

interface Props {
  readonly asked: {
    readonly data: Explained | undefined
    readonly error: Error | null
    readonly isPending: boolean
    readonly refetch: () => unknown
  }
}

/** The result of an analysis that is made to find out why: the rule that decided in sentences, and the groups that it refers to. */
export function Explanation({ asked }: Props) {
  const { data, error, isPending, refetch } = asked
  return (
    <>
      {isPending && <p role="status">{texts.whyAsking}</p>}
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <ul className="stack">
          {data.sentences.map((sentence) => (
            <li key={sentence}>
              <bdi>{inReadingOrder(sentence)}</bdi>
            </li>
          ))}
        </ul>
      )}
      {data !== undefined && data.cohorts.length > 0 && (
        <ul className="tokens">
          {data.cohorts.map(({ conditions: parts }) => {
            const who = writeWho(parts)
            return (
              <li key={who}>
                <Link className="token" to="/explore" search={{ who }}>
                  <bdi>{parts.map((part) => conditionWords(data.valueNames, part)).join(', ')}</bdi>
                </Link>
              </li>
            )
          })}
        </ul>
      )}
    </>
  )
}
