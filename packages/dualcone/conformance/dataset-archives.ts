/**
 * Small archives in the formats of the data sets, as the writers of packages/datasets/test/archives.ts make them, in
 * Base64: a page has neither their compression nor their JPEG encoder.
 *
 * @module
 */

/** Five batches of one record: the label k, 1 to 5, and the levels i k modulo 256, i counting the entries. */
export const cifar10Archive: Uint8Array = bytesOf(
  [
    "H4sIAAAAAAACA+2XaTDVexzGj31fkpAkW0iWcziWJNlCkpB9P7ZsSRy7kJ3sJEmyJdlDdpJkJ1tIkiTJHkKyXPe+uzO3uS/uDHPH9/Py+59nnv9n",
    "fq8eM2tLjCMfCslnisGaWVk48Zla2wuYY7AY478Oxij+3QPiv4HcRQSN/sf7n5+QSNTf7yhBlKAwggWJ2AOcnbAYx91fQRxMcBA4uHj4BIRExCSk",
    "ZOQUlFTUh2gO0x6ho2c4yniM6TjzCRZWNnaOk5xc3Kd4TvPy8QvsPo4QWlhEVOyM+FmJc5LnpaRlZOUuyCsoXlS6pHxZ5YqqmvpVDU0tbR1dPX0D",
    "QyNjE4ypmbmF5TUraxtbu+v2NxxuOjphnV1c3dw9PL1uefv43vbzDwgMCg4JDbsTHhEZFR0TGxd/N+Fe4v2kB8kPUx6lpqVnZD7OepL9NCc3L7+g",
    "sOhZcUnp87Lyisqq6prauhf1LxteNb5uam5pbWvv6Ox6093T29f/dmBw6N3w+5EPox/HPo1/nvgy+XXq2/TM7Nz8wuL3peWVH6tr6z83fm1ube+A",
    "P/iDP/iDP/iDP/iDP/gfKH/gIGP2L/tfcL/2vwjs/70AF4GLT0hMSk5JTUNLx8DIxMzCxsHJzcPLjxREi4iJS0hKycjJKyopq6iqa2jp6BkYmZia",
    "W1rZ2Nk7OGJd3Dy8vH39AoJCwsIjo2PjExKTklNS0zOzsnPyCoqKS8sqqmrq6hsam1raOrq6e/sHhoZHRsfGJyanpmfnF5dWVtc3NrehH/qhH/qh",
    "H/qhH/qhH/qhfw/7Adj/v9//Qvu1/0Vh/+8FeAg8QhJyKpojDMeYWTm4ePiQQiJnJM7LXFC8pKKmoa1naGJmaW13w9HZzdP7dkBwWER0XML95Efp",
    "j7NzC56VllfV1r9qau140/t26P3op4mv03OLy6s/N3dwCYjJKA/R0jMeZ2HnPMUrICgsdlZSWk5B6bLqVS1dA2NTCytb+5tYV49bvv5BoeFRsXcT",
    "H6SkZT7JyS8qKausedHwuqW9q6d/cPjD2OfJb7MLSz/Wf23j4BORUlAfpjvKdILtJPdpfhRaVPyclKz8ReUr6po6+kYY82s21x2cXNy9fPwCQ+5E",
    "xsTfS3qYmpH1NK+w+HlFdd3Lxua2zu6+gXcjH8e/TM3Mf19Z29gCf/AHf/AHf/AHf/AHf/A/UP4A7P/f73/0Pu1/ISTs/70AH4FPTE5Ny8DEwsHN",
    "i0SLSUjJKSqraugYmJhb2Tlg3bx8A0LCo+MTk1Mzs/OKSitq6htbOrr7h0bGJqZmF1fWNyEPechDHvKQhzzkIQ95yP+P8gDs/9/vf+H92v8o2P97",
    "AQGCgJSK9igzOzefoKiEtPwlVU09Y3Nreye3W37B4TEJD1If5xSWVta9aunsHRz5NDmz+GNjB5+E8jDDcTYuXpTIWakLSlc0dI3MrK47unrdDroT",
    "fTfpUebTgpKK2obmjp6B92NfphdWfm7jEVPQ0DOxcp5GCoufl7uoclXH0PSa3U0XT9/AsKj4+ykZ2fnF5TUvm9q73w5/nPg2v7y+hUtEfojuGMtJ",
    "HgH0GUlZxcvq2gYYS1sHZw+fgNDIuMSH6U/ynpVV179ue9P/bvTz1NzS2iYOIRn1EcYTHKf4hcTOySgoq2npm1jY3MC6e/uHRMTeS07Lyi16XvWi",
    "sbWrb+jD+NfZ76u/wB/8wR/8wR/8wR/8wR/8D5Q/AAAAcBD5Axc/2ckAVAAA"
  ].join("")
)

/** Two images whose entries, first dimension fastest, are i modulo 251, and the labels 10 and 3. */
export const svhnFile: Uint8Array = bytesOf(
  [
    "TUFUTEFCIDUuMCBNQVQtZmlsZSwgbWFkZSBieSBhIHRlc3QgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg",
    "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAABSU0PAAAAggEAAHic42NgYLCQYGBgY2Bg4GBgYOBkgABWBgYGAQYGBgUo",
    "ZmZgYGBiYGBgZGBkiICyGSRAAkzMLKxs7BycXNw8vHz8AoJCwiKiYuISklLSMrJy8gqKSsoqqmrqGppa2jq6evoGhkbGJqZm5haWVtY2tnb2Do5O",
    "zi6ubu4enl7ePr5+/gGBQcEhoWHhEZFR0TGxcfEJiUnJKalp6RmZWdk5uXn5BYVFxSWlZeUVlVXVNbV19Q2NTc0trW3tHZ1d3T29ff0TJk6aPGXq",
    "tOkzZs6aPWfuvPkLFi5avGTpsuUrVq5avWbtuvUbNm7avGXrtu07du7avWfvvv0HDh46fOToseMnTp46febsufMXLl66fOXqtes3bt66fefuvfsP",
    "Hj56/OTps+cvXr56/ebtu/cfPn76/OXrt+8/fv4a9fporI8m+NG8PlrMjZbwo5XbaL0+2qQZbc2NNmRH2/Cj3ZfRnttop3W0vz46VDE6SjM6QDU6",
    "Njc6LDk6IjtruA5GAwCCpps1DwAAACoAAAB4nC3HUQoAEBAA0WdF8uEsruf2spmaplnY6Bi/j/Y/UNLi5IdZuRhTAO8="
  ].join("")
)

/** Four rivers: red in steps of 30 every 8 rows, green every 8 columns, blue 0 and 90 in turn. */
export const eurosatArchive: Uint8Array = bytesOf(
  [
    "UEsDBBQAAAAIAAAAAABxf5EOpAEAAP4DAAAWAAAAMjc1MC9SaXZlci9SaXZlcl8wLmpwZ/t/4/8DBgEvN083BkZGBgZGBkYGhv+3GVoYGAca/D/A",
    "IMjB4MDgwMwoyMAkyMgsyPj/COMiBgZGVogCBihgZGJmYWVj5+Dk4hZgYGJkZmZiYWZlZWFhYGCsZWRiZmARZBVSNHRkEw5MZFcqFDFqnLiQQ9lp",
    "40HRoIsfVIyTipo4ucTEJSSlVNXUNTS1TEzNzC0srZxdXN3cPTy9gkNCw8IjIqOSU1LT0jMys4pLSsvKKyqrmlta29o7OrsmTZ4yddr0GTNnLVq8",
    "ZOmy5StWrtq0ecvWbdt37Nx16PCRo8eOnzh56tLlK1evXb9x89bDR4+fPH32/MXLVx8/ff7y9dv3Hz9/MTIww72M4R9BBiZGJhYWZhZ2kH8YmcpB",
    "koIsrIqGbEKOgeyJhcJKRo0cIk4TF248yKlsHPRBNKnoIpeYislD1Y8gL4F9RJyHmsjyEdxDcP/8v8XAw8zIwCTILMhgz/Cfwf4Xwy+n/fr24nYd",
    "60+fP35+ifanzx+LX3T92fOnBioxASyxCCzxI3/9Lw77Nw8GtR4lJKkB1IPsaHL0/L8JAFBLAwQUAAAACAAAAAAA2Jo6JrIBAAAABAAAFgAAADI3",
    "NTAvUml2ZXIvUml2ZXJfMS5qcGf7f+P/AwYBLzdPNwZGRgYGRgZGBob/txlaGBgHGvw/wCDIweDA4MDMKMjAJMjILMj4/wjjIgYGRlaIAgYoYGRi",
    "ZmFlY+fg5OIWYGBiZGZmYmFmZWVhYWBgrGVkYmZgEWQVUjR0ZBMOTGRXKhQxapy4kEPZaeNB0aCLH1SMk4qaOLnExCUkpVTV1DU0tUxMzcwtLK2c",
    "XVzd3D08vYJDQsPCIyKjklNS09IzMrOKS0rLyisqq5pbWtvaOzq7Jk2eMnXa9BkzZy1avGTpsuUrVq7atHnL1m3bd+zcdejwkaPHjp84eerS5StX",
    "r12/cfPWw0ePnzx99vzFy1cfP33+8vXb9x8/fzEyMMO9jOEfQQYmRiYWFmYWdpB/GJnKQZKCLKyKhmxCjoHsiYXCSkaNHCJOExduPMipbBz0QTSp",
    "6CKXmIrJQ9WPIC+BfUSch5rI8hHcQ3D//L/FwMPMyMAkyCzIYM/wT/j13ww7mV9O+/Xtxe061p8+f/z8Eu1Pnz8Wv+T6s+dPzC+l/fr28nYT1p8+",
    "fxQi8flH+vpfHPZvHtBOzyKInvwRo+dFF1gPSAJVz/+bAFBLAwQUAAAACAAAAAAAcX+RDqQBAAD+AwAAFgAAADI3NTAvUml2ZXIvUml2ZXJfMi5q",
    "cGf7f+P/AwYBLzdPNwZGRgYGRgZGBob/txlaGBgHGvw/wCDIweDA4MDMKMjAJMjILMj4/wjjIgYGRlaIAgYoYGRiZmFlY+fg5OIWYGBiZGZmYmFm",
    "ZWVhYWBgrGVkYmZgEWQVUjR0ZBMOTGRXKhQxapy4kEPZaeNB0aCLH1SMk4qaOLnExCUkpVTV1DU0tUxMzcwtLK2cXVzd3D08vYJDQsPCIyKjklNS",
    "09IzMrOKS0rLyisqq5pbWtvaOzq7Jk2eMnXa9BkzZy1avGTpsuUrVq7atHnL1m3bd+zcdejwkaPHjp84eerS5StXr12/cfPWw0ePnzx99vzFy1cf",
    "P33+8vXb9x8/fzEyMMO9jOEfQQYmRiYWFmYWdpB/GJnKQZKCLKyKhmxCjoHsiYXCSkaNHCJOExduPMipbBz0QTSp6CKXmIrJQ9WPIC+BfUSch5rI",
    "8hHcQ3D//L/FwMPMyMAkyCzIYM/wn8H+F8Mvp/369uJ2HetPnz9+fon2p88fi190/dnzpwYqMQEssQgs8SN//S8O+zcPBrUeJSSpAdSD7Ghy9Py/",
    "CQBQSwMEFAAAAAgAAAAAANiaOiayAQAAAAQAABYAAAAyNzUwL1JpdmVyL1JpdmVyXzMuanBn+3/j/wMGAS83TzcGRkYGBkYGRgaG/7cZWhgYBxr8",
    "P8AgyMHgwODAzCjIwCTIyCzI+P8I4yIGBkZWiAIGKGBkYmZhZWPn4OTiFmBgYmRmZmJhZmVlYWFgYKxlZGJmYBFkFVI0dGQTDkxkVyoUMWqcuJBD",
    "2WnjQdGgix9UjJOKmji5xMQlJKVU1dQ1NLVMTM3MLSytnF1c3dw9PL2CQ0LDwiMio5JTUtPSMzKziktKy8orKquaW1rb2js6uyZNnjJ12vQZM2ct",
    "Wrxk6bLlK1au2rR5y9Zt23fs3HXo8JGjx46fOHnq0uUrV69dv3Hz1sNHj588ffb8xctXHz99/vL12/cfP38xMjDDvYzhH0EGJkYmFhZmFnaQfxiZ",
    "ykGSgiysioZsQo6B7ImFwkpGjRwiThMXbjzIqWwc9EE0qegil5iKyUPVjyAvgX1EnIeayPIR3ENw//y/xcDDzMjAJMgsyGDP8E/49d8MO5lfTvv1",
    "7cXtOtafPn/8/BLtT58/Fr/k+rPnT8wvpf369vJ2E9afPn8UIvH5R/r6Xxz2bx7QTs8iiJ78EaPnRRdYD0gCVc//mwBQSwECAAAUAAAACAAAAAAA",
    "cX+RDqQBAAD+AwAAFgAAAAAAAAAAAAAAAAAAAAAAMjc1MC9SaXZlci9SaXZlcl8wLmpwZ1BLAQIAABQAAAAIAAAAAADYmjomsgEAAAAEAAAWAAAA",
    "AAAAAAAAAAAAANgBAAAyNzUwL1JpdmVyL1JpdmVyXzEuanBnUEsBAgAAFAAAAAgAAAAAAHF/kQ6kAQAA/gMAABYAAAAAAAAAAAAAAAAAvgMAADI3",
    "NTAvUml2ZXIvUml2ZXJfMi5qcGdQSwECAAAUAAAACAAAAAAA2Jo6JrIBAAAABAAAFgAAAAAAAAAAAAAAAACWBQAAMjc1MC9SaXZlci9SaXZlcl8z",
    "LmpwZ1BLBQYAAAAABAAEABABAAB8BwAAAAA="
  ].join("")
)

/** The bytes of a text in Base64. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
