import type { HeadFile, LedgerEntry } from '@assay/ledger'
import type { ImpactCount } from '@assay/mining'
import { candidateHash } from '../candidate-hash.ts'
import type { Review, ReviewItem, ReviewSums } from '../review.ts'
import type { EvidencePart } from './evidence-pack.ts'
import { type Html, html, joined, trusted } from './html.ts'

const style = `
body{font:14px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.5rem;border-top:2px solid #1a1a1a;padding-top:.75rem}
h3{font-size:1.05rem;margin-top:1.75rem}table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-bottom:1px solid #d0d0d0}
thead th{border-bottom:1px solid #1a1a1a}td.n,th.n{text-align:right}
code,pre{font:12px/1.4 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap;margin:0}
.facts th{width:14rem;font-weight:600}section{break-inside:avoid-page}
@media print{body{margin:0;max-width:none;font-size:11px}h2{break-before:page}thead{display:table-header-group}tr{break-inside:avoid}}`

/**
 * A pack as one HTML page without external resources. The caller passes parts one by one and gets text in pieces. Every value is escaped,
 * and the page allows no script.
 */
export class HtmlPack {
  #hasEntries = false
  #hasHead = false

  part(part: EvidencePart): string {
    switch (part.kind) {
      case 'pack':
        return opening(part).text
      case 'review':
        return reviewPart(part.review, part.sums).text
      case 'item':
        return itemPart(part.item).text
      case 'entry': {
        const title = this.#hasEntries ? html`` : html`<h2>Entries of the ledger</h2>`
        this.#hasEntries = true
        return html`${title}${entryPart(part.entry)}`.text
      }
      case 'chain':
        // Hashes of other entries are for programs, which read NDJSON.
        return ''
      case 'head':
        this.#hasHead = true
        return headPart(part.head).text
    }
  }

  end(): string {
    const noHead = html`<h2>Signed head</h2><p>No head of the ledger is signed yet.</p>`
    return html`${this.#hasHead ? html`` : noHead}
</body></html>
`.text
  }
}

function opening({ tenant, request }: Extract<EvidencePart, { kind: 'pack' }>): Html {
  const title = 'reviewId' in request ? `Evidence of a review of ${tenant}` : `Evidence of decisions of ${tenant}`
  const range =
    'from' in request
      ? html`<p>From ${timeText(request.from)} ${request.until === undefined ? '' : `until ${timeText(request.until)}`}.</p>`
      : html``
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title><style>${trusted(style)}</style></head><body>
<h1>${title}</h1>${range}
<p>Items stand here as they were when they were decided on. Times are UTC. The same pack as NDJSON holds what is needed to verify the
hashes below by oneself.</p>
`
}

function reviewPart(review: Review, sums: ReviewSums): Html {
  const words = [
    `${sums.items} items`,
    `${sums.approved} approved`,
    `${sums.approvedInPart} approved in part`,
    `${sums.rejected} rejected`,
    `${sums.undecided} undecided`,
  ].join(', ')
  const done = `${sums.carriedOut} carried out, ${sums.leftToPeople} left to people, ${sums.failed} failed`
  return html`<h2>Review: ${review.displayName}</h2>
${facts([
  ['Id', review.id],
  ['Owner', review.ownerId],
  ['Note', review.note],
  ['Made', timeText(review.createdAt)],
  ['Due', timeText(review.dueAt)],
  ['Closed', review.closedAt === null ? 'open' : `${timeText(review.closedAt)} by ${review.closedBy}`],
  ['Decisions', words],
  ['Carried out', done],
])}`
}

function itemPart(item: ReviewItem): Html {
  const { candidate, decision, carriedOut } = item
  const rows = candidate.entitlements.map(
    (one) => html`<tr><td>${one.applicationDisplayName || one.applicationId}</td>
<td>${one.displayName || one.entitlementId} <code>${one.entitlementId}</code></td><td>${one.privileged ? 'privileged' : ''} ${one.riskLevel}</td>
<td class="n">${one.holderCount}</td><td class="n">${one.gainCount}</td>
<td>${isLeftOut(item, one) ? 'left out' : ''}</td></tr>`,
  )
  return html`<section><h3>${item.number}. ${candidate.displayName}</h3>
${facts([
  ['Item', item.id],
  ['Candidate', `${item.kind} ${item.candidateId}`],
  ['Who is meant', candidate.description],
  ['Reviewers', item.reviewerIds.join(', ')],
  ['Decision', decision === undefined ? 'undecided' : verdictText[decision.verdict]],
  ['Decided', decision === undefined ? '' : `${timeText(decision.decidedAt)} by ${decision.decidedBy}`],
  ['Reason', decision === undefined ? '' : decision.reason],
  ['Comment', decision?.comment ?? ''],
  ['Entry of the ledger', decision?.entryId ?? ''],
  ['Carried out', carriedOut === undefined ? '' : `${timeText(carriedOut.at)}: ${carriedOut.message}`],
  ['Access profile', carriedOut?.profileId ?? ''],
  ['People', peopleText(item)],
  ['They would get', countText(candidate.gains)],
  ['They hold already', countText(candidate.alreadyHeld)],
  ['Counted on load', candidate.importId],
  ['Found in load', candidate.sourceImportId],
  ['Found by', candidate.foundBy],
  [
    'Policies in force',
    candidate.policies.map(({ displayName, etag }) => `${displayName} (${etag})`).join(', ') || 'none',
  ],
  ['Result of the policies', candidate.policyFindings.join(' ') || 'nothing against it'],
  ['SHA-256 of the candidate', candidateHash(candidate)],
])}</section>
<table><thead><tr><th>Application</th><th>Entitlement</th><th>Risk</th><th class="n">hold it</th><th class="n">would get it</th><th></th></tr></thead>
<tbody>${joined(rows)}</tbody></table>
`
}

const verdictText = { approved: 'approved', approved_in_part: 'approved in part', rejected: 'rejected' } as const

function isLeftOut({ decision }: ReviewItem, one: { readonly applicationId: string; readonly entitlementId: string }) {
  return decision?.leftOut.some(
    ({ applicationId, entitlementId }) => applicationId === one.applicationId && entitlementId === one.entitlementId,
  )
}

function peopleText({ candidate }: ReviewItem): string {
  const { peopleCount, serviceCount, disabledCount, gainingPeople } = candidate
  const apart = [
    ...(serviceCount > 0 ? [`${serviceCount} services`] : []),
    ...(disabledCount > 0 ? [`${disabledCount} disabled people`] : []),
  ]
  const people = `${peopleCount}, of whom ${gainingPeople} would get access`
  return apart.length === 0 ? people : `${people}; apart: ${apart.join(' and ')}`
}

function countText({ cells, privileged, risky, unused }: ImpactCount): string {
  return `${cells} grants, ${privileged} privileged, ${risky} risky, ${unused} unused`
}

function entryPart(entry: LedgerEntry): Html {
  const { actor, subject } = entry
  const place = entry.position === undefined ? 'waits for its seal' : `position ${entry.position}`
  const person = [actor.name, actor.person].filter((one) => one !== undefined).join(', ')
  return html`<section><h3>${entry.kind} <small>${timeText(entry.at)}, ${place}</small></h3>
${facts([
  ['Entry', entry.id],
  ['About', `${subject.type} ${subject.id ?? 'erased'}`],
  ['Actor', `${actor.type} ${actor.id}${person === '' ? '' : ` (${person})`}`],
  ['Role and right', [actor.role, actor.right].filter((one) => one !== undefined).join(', ')],
  ['Call', actor.call ?? ''],
  ['Reason', entry.reason],
  ['Comment', entry.comment ?? ''],
  ['People', entry.people.length === 0 ? '' : `${entry.people.join(', ')} (${entry.peopleCount})`],
  ['Load', entry.load === undefined ? '' : String(entry.load)],
  ['Run', entry.run ?? ''],
  ['Version', entry.version ?? ''],
  ['Before', entry.before ?? ''],
  ['After', entry.after ?? ''],
  ['Erased', entry.erased.join(', ')],
  ['Hash', entry.hash.toString('hex')],
])}</section>
`
}

function headPart(head: HeadFile): Html {
  return html`<h2>Signed head</h2>
<p>The chain of all entries up to this position has this link, and the key of the deployment has signed it.</p>
${facts([
  ['Position', String(head.position)],
  ['Link', head.linkHash],
  ['Signed', head.signTime],
  ['Key', head.keyId],
  ['Signature', head.signature],
  ['Public key', JSON.stringify(head.publicKey)],
])}`
}

/** The rows that have a value. */
function facts(rows: readonly (readonly [name: string, value: string])[]): Html {
  const told = rows.filter(([, value]) => value.trim() !== '')
  return html`<table class="facts"><tbody>${joined(
    told.map(([name, value]) => html`<tr><th>${name}</th><td><pre>${value}</pre></td></tr>`),
  )}</tbody></table>
`
}

function timeText(time: Date | null): string {
  return time === null ? '' : time.toISOString().replace('T', ' ').slice(0, 19)
}
