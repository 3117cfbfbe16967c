/** Signs as shapes, because some fonts lack these characters. They are decoration: each has a word beside it. */
const square = { width: 12, height: 12, viewBox: '0 0 12 12' } as const

export function FullSquare() {
  return (
    <svg {...square} aria-hidden="true">
      <rect x="1" y="1" width="10" height="10" fill="currentColor" />
    </svg>
  )
}

export function HalfSquare() {
  return (
    <svg {...square} aria-hidden="true">
      <rect x="1.500" y="1.500" width="9" height="9" fill="none" stroke="currentColor" />
      <rect x="1" y="1" width="5" height="10" fill="currentColor" />
    </svg>
  )
}

export function EmptySquare() {
  return (
    <svg {...square} aria-hidden="true">
      <rect x="1.500" y="1.500" width="9" height="9" fill="none" stroke="currentColor" />
    </svg>
  )
}

export function DottedSquare() {
  return (
    <svg {...square} aria-hidden="true">
      <rect x="1.500" y="1.500" width="9" height="9" fill="none" stroke="currentColor" strokeDasharray="2 1.500" />
    </svg>
  )
}

/** Privileged access. */
export function Key() {
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 14 14"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.500"
    >
      <circle cx="4" cy="7" r="2.500" />
      <path d="M6.500 7H13M11 7v3M9 7v2" />
    </svg>
  )
}

/** Takes something away. */
export function Cross() {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" stroke="currentColor" strokeWidth="1.500">
      <path d="M1.500 1.500l7 7M8.500 1.500l-7 7" />
    </svg>
  )
}
