//! Complex numbers: arithmetic, power, absolute value, text.
//!
//! Parsing is in `complex_parse`. The formulas are C's and CPython's, so that the last bit and
//! the infinities agree; another formula would be as right and differ.

use super::error::{NumError, NumResult};
use super::float_text::{FloatForm, FloatStyle, write_float};

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

/// Whole exponents up to this size are computed by multiplication.
const LARGEST_WHOLE_EXPONENT: f64 = 100.0;

impl Complex {
    /// The number with these parts.
    pub const fn new(re: f64, im: f64) -> Complex {
        Complex { re, im }
    }

    /// `self + other`
    #[allow(clippy::should_implement_trait)]
    pub fn add(self, other: Complex) -> Complex {
        Complex::new(self.re + other.re, self.im + other.im)
    }

    /// `self - other`
    #[allow(clippy::should_implement_trait)]
    pub fn sub(self, other: Complex) -> Complex {
        Complex::new(self.re - other.re, self.im - other.im)
    }

    /// `self * other`
    #[allow(clippy::should_implement_trait)]
    pub fn mul(self, other: Complex) -> Complex {
        Complex::new(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }

    /// `-self`
    #[allow(clippy::should_implement_trait)]
    pub fn neg(self) -> Complex {
        Complex::new(-self.re, -self.im)
    }

    /// `self / other`
    #[allow(clippy::should_implement_trait)]
    pub fn div(self, other: Complex) -> NumResult<Complex> {
        match self.quotient(other) {
            Some(quotient) => Ok(quotient),
            None => NumError::zero_division("complex division by zero"),
        }
    }

    /// Division scaled by the larger part of the divisor, which avoids needless overflow.
    /// `None` for a divisor of zero.
    fn quotient(self, other: Complex) -> Option<Complex> {
        let (re, im) = (other.re.abs(), other.im.abs());
        if re >= im {
            if re == 0.0 {
                return None;
            }
            let ratio = other.im / other.re;
            let scale = other.re + other.im * ratio;
            Some(Complex::new(
                (self.re + self.im * ratio) / scale,
                (self.im - self.re * ratio) / scale,
            ))
        } else if im >= re {
            let ratio = other.re / other.im;
            let scale = other.re * ratio + other.im;
            Some(Complex::new(
                (self.re * ratio + self.im) / scale,
                (self.im * ratio - self.re) / scale,
            ))
        } else {
            // A part of the divisor is NaN.
            Some(Complex::new(f64::NAN, f64::NAN))
        }
    }

    /// `self ** exponent`
    pub fn pow(self, exponent: Complex) -> NumResult<Complex> {
        let is_small_whole = exponent.im == 0.0
            && exponent.re.floor() == exponent.re
            && exponent.re.abs() <= LARGEST_WHOLE_EXPONENT;
        let power = if is_small_whole {
            self.whole_power(exponent.re as i32)
        } else {
            self.general_power(exponent)
        };
        match power {
            None => NumError::zero_division("0.0 to a negative or complex power"),
            Some(power) if power.re.is_infinite() || power.im.is_infinite() => {
                NumError::overflow("complex exponentiation")
            }
            Some(power) => Ok(power),
        }
    }

    fn whole_power(self, exponent: i32) -> Option<Complex> {
        let one = Complex::new(1.0, 0.0);
        if exponent <= 0 {
            return one.quotient(self.multiplied(exponent.unsigned_abs()));
        }
        Some(self.multiplied(exponent.unsigned_abs()))
    }

    fn multiplied(self, exponent: u32) -> Complex {
        let mut power = Complex::new(1.0, 0.0);
        let mut square = self;
        let mut rest = exponent;
        while rest > 0 {
            if rest & 1 == 1 {
                power = power.mul(square);
            }
            square = square.mul(square);
            rest >>= 1;
        }
        power
    }

    /// By the polar form. `None` for zero to a negative or complex power, or no angle.
    fn general_power(self, exponent: Complex) -> Option<Complex> {
        if exponent.re == 0.0 && exponent.im == 0.0 {
            return Some(Complex::new(1.0, 0.0));
        }
        if self.re == 0.0 && self.im == 0.0 {
            let is_defined = exponent.im == 0.0 && exponent.re >= 0.0;
            return is_defined.then_some(Complex::new(0.0, 0.0));
        }
        let size = self.re.hypot(self.im);
        let angle = self.im.atan2(self.re);
        let mut length = size.powf(exponent.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            length /= (angle * exponent.im).exp();
            phase += exponent.im * size.ln();
        }
        // C's cosine of infinity is the same error to CPython as zero to a negative power.
        if phase.is_infinite() {
            return None;
        }
        Some(Complex::new(length * phase.cos(), length * phase.sin()))
    }

    /// `abs(self)`
    pub fn abs(self) -> NumResult<f64> {
        let size = self.re.hypot(self.im);
        if size.is_infinite() && self.re.is_finite() && self.im.is_finite() {
            return NumError::overflow("absolute value too large");
        }
        Ok(size)
    }

    /// `repr(self)`
    pub fn repr(self) -> String {
        let style = FloatStyle::new(FloatForm::Shortest);
        let mut text = String::with_capacity(24);
        if self.re == 0.0 && self.re.is_sign_positive() {
            write_float(&mut text, self.im, style);
            text.push('j');
            return text;
        }
        text.push('(');
        write_float(&mut text, self.re, style);
        if self.im.is_nan() || self.im.is_sign_positive() {
            text.push('+');
        }
        write_float(&mut text, self.im, style);
        text.push_str("j)");
        text
    }
}
