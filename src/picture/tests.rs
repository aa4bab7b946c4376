use super::*;

/// A PDF of one page, 100 by 60, with a red square at the left bottom.
fn red_square() -> Vec<u8> {
    let mut pdf = pdf::Pdf::new();
    pdf.page(&["0", "0", "100", "60"].map(str::to_owned), "1 0 0 rg 0 0 30 30 re f");
    pdf.finish().unwrap()
}

fn pixels(png: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let shown = reader.next_frame(&mut pixels).unwrap();
    (shown.width, shown.height, pixels)
}

fn colour(png: &[u8], x: usize, y: usize) -> [u8; 3] {
    let (width, _, pixels) = pixels(png);
    let at = (y * usize::try_from(width).unwrap() + x) * 3;
    [pixels[at], pixels[at + 1], pixels[at + 2]]
}

#[test]
fn a_pdf_is_drawn_on_white() {
    let png = draw(&red_square(), None).unwrap();
    let (width, height, _) = pixels(&png);
    assert_eq!((width, height), (500, 300));
    assert_eq!(colour(&png, 20, 280), [255, 0, 0]);
    assert_eq!(colour(&png, 300, 20), [255, 255, 255]);
}

#[test]
fn pages_stand_below_one_another_up_to_six() {
    let mut pdf = pdf::Pdf::new();
    for page in 0..8 {
        let width = if page == 0 { "100" } else { "50" };
        pdf.page(&["0", "0", width, "10"].map(str::to_owned), "0 0 1 rg 0 0 50 10 re f");
    }
    let png = draw(&pdf.finish().unwrap(), None).unwrap();
    let (width, height, _) = pixels(&png);
    assert_eq!((width, height), (500, 6 * 50));
    assert_eq!((colour(&png, 100, 75), colour(&png, 400, 75)), ([0, 0, 255], [255, 255, 255]), "a narrower page is filled up with white");
}

#[test]
fn what_is_no_paper_says_so() {
    assert_eq!(draw(b"", None), Err(NoPicture::OtherKind));
    assert_eq!(draw(b"<?xml version=\"1.0\"?>", None), Err(NoPicture::OtherKind));
    assert_eq!(draw(b"%PDF-1.7 and nothing more", None), Err(NoPicture::Broken));
    assert_eq!(draw(b"PK\x03\x04 and nothing more", None), Err(NoPicture::Broken));
    let mut huge = pdf::Pdf::new();
    huge.page(&["0", "0", "9000", "9000"].map(str::to_owned), "");
    assert_eq!(draw(&huge.finish().unwrap(), None), Err(NoPicture::TooLarge));
}
