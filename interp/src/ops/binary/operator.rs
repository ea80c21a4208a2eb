//! The binary operators by name: their methods, and how messages write them.

use aio_parser::ast::BinaryOp;

use crate::names::Names;
use crate::objects::str::Name;

/// What the binary protocol serves: the operators and `divmod`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// An operator.
    Op(BinaryOp),
    /// `divmod`.
    DivMod,
}

/// The operators in the order of their discriminants, to name one by a constant.
pub const OPERATORS: [BinaryOp; 13] = [
    BinaryOp::Add,
    BinaryOp::Sub,
    BinaryOp::Mult,
    BinaryOp::MatMult,
    BinaryOp::Div,
    BinaryOp::Mod,
    BinaryOp::Pow,
    BinaryOp::LShift,
    BinaryOp::RShift,
    BinaryOp::BitOr,
    BinaryOp::BitXor,
    BinaryOp::BitAnd,
    BinaryOp::FloorDiv,
];

const _: () = {
    let mut i = 0;
    while i < OPERATORS.len() {
        assert!(OPERATORS[i] as usize == i);
        i += 1;
    }
};

impl Operator {
    /// The method, and the reflected one.
    pub fn names(self, n: &Names) -> (&Name, &Name) {
        match self {
            Operator::DivMod => (&n.divmod_, &n.rdivmod_),
            Operator::Op(op) => match op {
                BinaryOp::Add => (&n.add_, &n.radd_),
                BinaryOp::Sub => (&n.sub_, &n.rsub_),
                BinaryOp::Mult => (&n.mul_, &n.rmul_),
                BinaryOp::MatMult => (&n.matmul_, &n.rmatmul_),
                BinaryOp::Div => (&n.truediv_, &n.rtruediv_),
                BinaryOp::Mod => (&n.mod_, &n.rmod_),
                BinaryOp::Pow => (&n.pow_, &n.rpow_),
                BinaryOp::LShift => (&n.lshift_, &n.rlshift_),
                BinaryOp::RShift => (&n.rshift_, &n.rrshift_),
                BinaryOp::BitOr => (&n.or_, &n.ror_),
                BinaryOp::BitXor => (&n.xor_, &n.rxor_),
                BinaryOp::BitAnd => (&n.and_, &n.rand_),
                BinaryOp::FloorDiv => (&n.floordiv_, &n.rfloordiv_),
            },
        }
    }

    /// The operator in messages.
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::DivMod => "divmod()",
            Operator::Op(BinaryOp::Pow) => "** or pow()",
            Operator::Op(op) => symbol(op),
        }
    }
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mult => "*",
        BinaryOp::MatMult => "@",
        BinaryOp::Div => "/",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "**",
        BinaryOp::LShift => "<<",
        BinaryOp::RShift => ">>",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::BitAnd => "&",
        BinaryOp::FloorDiv => "//",
    }
}

/// The method of the augmented assignment.
pub fn inplace_name(op: BinaryOp, n: &Names) -> &Name {
    match op {
        BinaryOp::Add => &n.iadd_,
        BinaryOp::Sub => &n.isub_,
        BinaryOp::Mult => &n.imul_,
        BinaryOp::MatMult => &n.imatmul_,
        BinaryOp::Div => &n.itruediv_,
        BinaryOp::Mod => &n.imod_,
        BinaryOp::Pow => &n.ipow_,
        BinaryOp::LShift => &n.ilshift_,
        BinaryOp::RShift => &n.irshift_,
        BinaryOp::BitOr => &n.ior_,
        BinaryOp::BitXor => &n.ixor_,
        BinaryOp::BitAnd => &n.iand_,
        BinaryOp::FloorDiv => &n.ifloordiv_,
    }
}

/// The augmented assignment in messages.
pub fn inplace_symbol(op: BinaryOp) -> String {
    format!("{}=", symbol(op))
}
