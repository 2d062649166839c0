//! An address as a QR code, drawn in the page.

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// How much white a reader needs around the code, in its own squares (ISO/IEC 18004).
const QUIET: i32 = 4;

/// The picture. It is dark on white in a dark page, too: many readers know no other.
pub fn picture(address: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(address, QrCodeEcc::Medium) else {
        return html! {}; // The address is beside it in letters.
    };
    let (size, side) = (code.size(), code.size() + 2 * QUIET);
    let squares = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
    let dark = squares.filter(|(x, y)| code.get_module(*x, *y));
    let path = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
    html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) role="img" aria-label={ "QR code of " (address) } {
            rect width=(side) height=(side) fill="#fff" {}
            path fill="#000" shape-rendering="crispEdges" d=(path.collect::<String>()) {}
        }
    }
}
